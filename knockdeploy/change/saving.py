"""Save a router's configuration, and see that what is ours is saved: `[OK]` is a word."""

from __future__ import annotations

from knockdeploy.change.needed import Change
from knockdeploy.device import write_memory
from knockdeploy.device.reading import startup_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import AuthorizationError, RefusedLineError


def save(session: RouterSession, change: Change, running: str) -> tuple[str, ...]:
    """Save, and read what was saved: of what is ours, it must have what ``running`` has.

    Return what to know of it: that the router refused to show it.

    Raises:
        LockedError: another session held startup-config all the time.
        RefusedLineError: it was not saved, whatever the router said.
    """
    write_memory.save(session)
    try:
        saved = startup_config(session)
    except AuthorizationError as refused:
        return (f"saved, by the router's own word alone: {refused.message}",)
    if change.ours(saved) != change.ours(running):
        raise RefusedLineError(
            "write memory",
            "[OK], and startup-config lacks what running-config has",
            "look at `dir nvram:` on the router: is there room?",
        )
    return ()
