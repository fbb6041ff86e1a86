"""Save, and check that startup-config really has what is ours: `[OK]` alone proves nothing."""

from __future__ import annotations

from typing import Final

from knockdeploy.change.needed import Change
from knockdeploy.change.observations import clear_entries, list_entries
from knockdeploy.device import write_memory
from knockdeploy.device.guard import Guard
from knockdeploy.device.reading import saved_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import AuthorizationError, LockedError, RefusedLineError
from knockdeploy.ios.counters import sources

_TRIES: Final = 3  # somebody may knock between the look and the save


def save(session: RouterSession, change: Change, running: str) -> list[str]:
    """Save, and read what was saved: of what is ours, it must have what ``running`` has.

    Entries that knocks opened are shut first: they are never saved. Return notes: that they were,
    and that the router refused to show what it saved.

    Raises:
        LockedError: another session held startup-config all the time, or what a knock opened
            stayed in it.
        RefusedLineError: it was not saved, whatever the router said.
    """
    notes: list[str] = []
    for _ in range(_TRIES):
        notes += shut_doors(session, change)
        write_memory.save(session)
        try:
            saved = saved_config(session)
        except AuthorizationError as refused:
            return [*notes, f"saved, by the router's own word alone: {refused.message}"]
        if not saved.passing:
            break
    else:
        message = "startup-config has an entry that a knock opened: somebody knocks all the time"
        raise LockedError(message, "deploy again: it shuts that entry and saves")
    if not change.are_same(saved.text, running):
        raise RefusedLineError(
            "write memory",
            "[OK], and startup-config lacks what running-config has",
            "look at `dir nvram:` on the router: is there room?",
        )
    return notes


def save_what_stands(session: RouterSession, change: Change) -> list[str]:
    """Save what an earlier run confirmed, and take away what armed the router for it.

    Raises:
        LockedError, RefusedLineError: as ``save``.
    """
    Guard(change.arming).sweep(session)
    return save(session, change, change.reading.running)


def shut_doors(session: RouterSession, change: Change) -> list[str]:
    """Shut what knocks have opened, where that is configured; return what to tell of it."""
    recipe, at = change.terms.recipe, change.at
    if not recipe.grant.is_configured:
        return []
    standing = sorted(sources(list_entries(session, recipe, at)))
    if not standing:
        return []
    clear_entries(session, recipe, at, standing, change.outside)
    return [f"the door was open for {', '.join(standing)}: shut, so that nobody keeps it open"]
