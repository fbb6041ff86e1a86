"""Whose work on a router a change would run into: it is refused before anything is sent."""

from __future__ import annotations

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.device.arming import countdowns
from knockdeploy.errors import LockedError, UnsavedChangesError
from knockdeploy.ios.parse import parse
from knockdeploy.plan.diff import places


def refuse_pending(change: Change) -> None:
    """Refuse a router on which somebody's change waits for its confirmation.

    Raises:
        LockedError: nothing was sent.
    """
    if pending := change.reading.pending:
        left = f", {pending.value} left" if pending.value else ""
        is_own = pending.user and pending.user == change.reading.user
        who = f"{pending.user or 'somebody'}{' (that is how we log in too)' if is_own else ''}"
        raise LockedError(
            f"a change by {who} waits for its confirmation{left}",
            "wait until it is confirmed or its timer has reverted it; that of a run that was "
            "killed: `configure revert now` on the router",
        )
    if names := countdowns(parse(change.reading.running)):
        raise LockedError(
            f"a change by knockdeploy waits for its confirmation: {', '.join(names)} counts down",
            f"wait until it has reverted; if no run is under way: `no event manager applet "
            f"{names[0]}` on the router",
        )


def pending(change: Change) -> str | None:
    """Return whose change waits for its confirmation: what was read may go back by itself."""
    try:
        refuse_pending(change)
    except LockedError as error:
        return f"{error.message}: what was read is not there to stay"
    return None


def refuse_unsaved(change: Change, job: Job) -> None:
    """Refuse a router whose foreign lines differ between running and startup.

    Saving would make somebody's trial permanent, and a revert would lose it.

    Raises:
        UnsavedChangesError: unless the operator allows it.
    """
    running, startup = change.others(change.reading.running), change.others(change.reading.startup)
    if running == startup or job.options.saves_all:
        return
    found = ", ".join(places(startup, running))
    where = f" at {found}" if found else " in order"
    raise UnsavedChangesError(f"running and startup configuration differ{where}")
