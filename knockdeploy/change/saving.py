"""Save a router's configuration, and see that what is ours is saved: `[OK]` is a word."""

from __future__ import annotations

from knockdeploy.change.needed import Change
from knockdeploy.device import write_memory
from knockdeploy.device.reading import startup_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RefusedLineError


def save(session: RouterSession, change: Change, running: str) -> None:
    """Save, and read what was saved: of what is ours, it must have what ``running`` has.

    Raises:
        LockedError: another session held startup-config all the time.
        RefusedLineError: it was not saved, whatever the router said.
    """
    write_memory.save(session)
    if not change.are_same(startup_config(session), running):
        raise RefusedLineError(
            "write memory",
            "[OK], and startup-config lacks what running-config has",
            "look at `dir nvram:` on the router: is there room?",
        )
