"""Somebody else's pending, unsaved or later changes: ours is refused before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeVar

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.compliance.transcript import redacted
from knockdeploy.device.arming import countdowns
from knockdeploy.device.show_output import PendingRevert
from knockdeploy.errors import ChangedSincePlanError, LockedError, UnsavedChangesError
from knockdeploy.ios.applet import APPLET
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.plan.diff import diff, places
from knockdeploy.report.change import PlanOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.outcome import Failure

_MOST_LINES: Final = 20
"""So many unsaved lines are shown of a router."""

SeenOutcome = TypeVar("SeenOutcome", PlanOutcome, CheckOutcome)


def locked(change: Change) -> LockedError | None:
    """Return why a router is left alone: a change is pending there, which may revert.

    What was read may go back by itself, whether it is as wanted or not.
    """
    if pending := change.reading.pending:
        is_own = pending.user and pending.user == change.reading.user
        who = (
            f"{pending.user or 'somebody'}{' (the login that knockdeploy uses)' if is_own else ''}"
        )
        return LockedError(
            f"a change by {who} is pending{_until(pending, change.reading.reverts_in_s)}",
            "wait until it is confirmed or reverted; if it is left from a run that was killed: "
            "`configure revert now` on the router",
        )
    if names := countdowns(parse(change.reading.running)):
        return LockedError(
            f"a change by knockdeploy is pending: {', '.join(names)} is counting down",
            f"wait until it has reverted; if no run is under way: `no {APPLET}{names[0]}` on the "
            "router",
        )
    return None


def _until(pending: PendingRevert, left_s: int | None) -> str:
    if left_s is None:
        began = f" set at {pending.configured}" if pending.configured else ""
        return f", with a timer of {pending.value}{began}" if pending.value else ""
    left = f"{-(-left_s // 60)} min" if left_s > 60 else f"{left_s} s"  # noqa: PLR2004
    return f": the router reverts in {left}"


def unless_locked(change: Change, seen: SeenOutcome) -> SeenOutcome:
    """Return an outcome, as that of a skipped router where a change is pending there."""
    if (waits := locked(change)) is None:
        return seen
    if isinstance(seen, PlanOutcome):
        return replace(seen, status="skipped", error=Failure.of(waits), planned=None)
    return replace(seen, status="skipped", error=Failure.of(waits))


def unless_unsaved(change: Change, seen: PlanOutcome, job: Job) -> PlanOutcome:
    """Return a plan, as that of a skipped router where foreign lines are not saved."""
    if job.saved or seen.status != "changed":
        return seen
    try:
        refuse_unsaved(change, job)
    except UnsavedChangesError as error:
        warnings = (*_unsaved_lines(change, job), *seen.warnings)
        failure = Failure.of(error)
        return replace(seen, status="skipped", error=failure, planned=None, warnings=warnings)
    return seen


def _unsaved_lines(change: Change, job: Job) -> list[str]:
    """Return the foreign lines that differ in more than a password, without secrets."""
    mask = job.masker(change.intent)
    startup, running = (
        parse(redacted(to_text(change.others(text)), mask))
        for text in (change.reading.startup, change.reading.running)
    )
    lines = [f"not saved: {line}" for line in diff(startup, running)]
    n_more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], *([f"not saved: {n_more} more lines"] if n_more > 0 else [])]


def refuse_locked(change: Change) -> None:
    """Refuse a router on which somebody's change waits for its confirmation.

    Raises:
        LockedError: nothing was sent.
    """
    if error := locked(change):
        raise error


def refuse_changed_since_plan(change: Change, job: Job, host: str) -> None:
    """Refuse a change other than the one that somebody saw and agreed to.

    Where nothing is to be sent, what was agreed to stands already, and may have to be saved.

    Raises:
        ChangedSincePlanError: nothing was sent.
    """
    expected = job.expected.get(host)
    if expected is None or not change.plan.steps:
        return
    now = change.planned.digest
    if job.binds_first or job.without_decoys:  # what was agreed to, another way
        expected = replace(expected, commands=now.commands, intent=now.intent)
    if what := expected.other_than(now):
        raise ChangedSincePlanError(f"{what} changed after the plan was made")


def refuse_unsaved(change: Change, job: Job) -> None:
    """Refuse a router whose foreign lines differ between running and startup.

    Saving would make somebody's trial permanent, and a revert would lose it.

    Raises:
        UnsavedChangesError: unless the operator allows it.
    """
    reading = change.reading
    if reading.running == reading.startup or job.options.saves_all:
        return
    running, startup = change.others(reading.running), change.others(reading.startup)
    if running == startup:
        return
    found = ", ".join(places(startup, running))
    where = f"at {found}" if found else "only in the order of their lines"
    hint = "" if found else "`write memory` on the router, or use --save-all"
    raise UnsavedChangesError(f"running and startup configuration differ {where}", hint)
