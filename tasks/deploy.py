"""Deploy: the whole story of a change on one router, in the order in which it happens.

A removal and a rollback are the same story with another plan and no proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from nornir.core.task import Result, Task

from knockdeploy.device import revert, saving
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import ChangedSincePlanError, State
from knockdeploy.intent import Intent
from knockdeploy.report.outcome import Outcome
from knockdeploy.store.planfile import Planned
from knockdeploy.store.runs import Event
from knockdeploy.tasks.change import Change, needed_change, refuse_pending, refuse_unsaved
from knockdeploy.tasks.job import Job, router_error, run, session_of
from knockdeploy.tasks.push import Push
from knockdeploy.tasks.undo import take_back

UNTOUCHED: Final[Mapping[str, object]] = MappingProxyType(
    {
        "diff": "",
        "warnings": [],
        "proof": None,
        "saved": False,
        "state": State.BEFORE,
        "seconds": 0.0,
    }
)
"""The details of a router to which nothing was sent."""


def deploy(task: Task, job: Job) -> Result:
    """Give one router what its intent says, proved, confirmed and saved; or leave it as it was."""
    return run(task, job, _deploy, UNTOUCHED)


def _deploy(task: Task, job: Job, intent: Intent) -> Outcome:
    return carry_out(task, job, intent, needed_change, "deployed")


def carry_out(
    task: Task,
    job: Job,
    intent: Intent,
    needed: Callable[[RouterSession, Intent, Job], Change],
    done: str,
) -> Outcome:
    """Make the change that is ``needed``, or leave the router as it was.

    ``done`` is the status of one to which it was made.
    """
    started = time.monotonic()
    name = task.host.name
    session = session_of(task)
    job.tell(name, "reading")
    change = needed(session, intent, job)
    job.note(name, Event.READ)
    details = {
        **UNTOUCHED,
        "diff": change.diff(job.masker(intent)),
        "warnings": change.warnings,
    }
    if not change.plan.steps and change.is_saved:
        return Outcome("unchanged", details | {"state": State.AFTER, "seconds": _since(started)})
    _refuse_if_changed(change, job.expected.get(name))
    refuse_pending(change)
    refuse_unsaved(change, job)
    job.record.keep_before(name, change.backup)
    if not change.plan.steps:  # confirmed earlier, and not saved then
        saving.save(session)
        job.note(name, Event.SAVED)
        after = {"saved": True, "state": State.AFTER, "seconds": _since(started)}
        return Outcome(done, details | after)
    push = Push(session, change, job, task.host)
    push.refuse_own_entry()
    job.tell(name, f"arming the revert timer: {job.confirm_minutes} min")
    revert.arm(session, job.confirm_minutes)
    job.note(name, Event.ARMED)
    try:
        push.open_and_prove()
        push.close_and_prove()
        push.confirm_from_a_new_session()
    except Exception as error:  # noqa: BLE001  # whatever it is, the router is not left half-way
        cause = router_error(error)
        job.tell(name, f"taking it back: {cause}")
        state, cause = take_back(session, change, push.accepted, cause)
        if state is State.BEFORE:
            job.note(name, Event.UNDONE)
        push.clear()
        status = "rolled-back" if state is State.BEFORE else "failed"
        details |= push.seen() | {"state": state, "seconds": _since(started)}
        return Outcome(status, details, cause)
    push.clear()
    push.remember()
    details |= push.seen() | {"state": State.AFTER, "seconds": _since(started)}
    return Outcome(done, details, push.trouble)


def _refuse_if_changed(change: Change, expected: Planned | None) -> None:
    if expected and (what := expected.other_than(change.planned)):
        raise ChangedSincePlanError(f"{what} changed after the plan was made")


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)
