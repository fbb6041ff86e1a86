"""Deploy: the whole story of a change on one router, in the order in which it happens.

A removal and a rollback are the same story with another plan and no proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from nornir.core.task import Task

from knockdeploy.change.job import Job, nornir_task, router_error, session_of
from knockdeploy.change.needed import Change, needed_change
from knockdeploy.change.push import Push
from knockdeploy.change.refusals import refuse_changed_since_plan, refuse_locked, refuse_unsaved
from knockdeploy.change.remembering import remember
from knockdeploy.change.saving import save_what_stands
from knockdeploy.change.session_lifetime import refuse_ending_session
from knockdeploy.change.shown import diff_of, warnings_of
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    ChangedSincePlanError,
    LockoutError,
    NoEntryError,
    OpensError,
    RouterError,
    UselessDecoysError,
)
from knockdeploy.intent import Intent
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.report.change import ChangeOutcome, DeployOutcome
from knockdeploy.report.outcome import Failure
from knockdeploy.state import State
from knockdeploy.store.journal import Event


@dataclass(frozen=True, slots=True)
class Operation:
    """Deploy, remove or roll back: how its change is planned, and the type of its outcome."""

    needed: Callable[[RouterSession, Intent, Job], Change]
    outcome: type[ChangeOutcome]
    elsewhere: Elsewhere | None = None
    """The machine that knocks for the proof; None: this one."""


@nornir_task(DeployOutcome)
def deploy(task: Task, job: Job, intent: Intent) -> ChangeOutcome:
    """Give one router what its intent says, proved, confirmed and saved; or leave it as it was."""
    operation = Operation(partial(_needed, task.host.name), DeployOutcome)
    if job.options.proof_from is None:
        return carry_out(task, job, intent, operation)
    with Elsewhere(job.options.proof_from) as elsewhere:
        return carry_out(task, job, intent, replace(operation, elsewhere=elsewhere))


def _needed(host: str, session: RouterSession, intent: Intent, job: Job) -> Change:
    try:
        return needed_change(session, intent, job)
    except (OpensError, LockoutError):  # what is refused is shown
        refused = needed_change(session, intent, job, judges=False)
        job.show(host, diff_of(refused, job.masker(intent)))
        raise


def carry_out(task: Task, job: Job, intent: Intent, operation: Operation) -> ChangeOutcome:
    """Make the change that is needed, or leave the router as it was."""
    started = time.monotonic()
    with job.alone_at(task.host.name):
        outcome = _story(task, job, intent, operation)
    seconds = round(time.monotonic() - started, 1)
    return replace(outcome, seconds=seconds)


def _story(task: Task, job: Job, intent: Intent, operation: Operation) -> ChangeOutcome:
    name, session = task.host.name, session_of(task, job)
    job.tell(name, "reading")
    change = operation.needed(session, intent, job)
    job.note(name, Event.READ)
    kind, masker = operation.outcome, job.masker(intent)
    done = kind(kind.done, diff_of(change, masker), warnings_of(change), state=State.AFTER)
    refuse_locked(change)
    if not change.is_needed and change.is_saved:
        remember(change, job, task.host)
        return replace(done, status="unchanged")
    refuse_ending_session(change, job)
    refuse_changed_since_plan(change, job, name)
    refuse_unsaved(change, job)
    if name not in job.expected:
        job.show(name, done.diff)
    job.run.keep_before(name, change.backup)
    if not change.plan.steps:  # confirmed earlier, and not saved or not cleaned up then
        notes = save_what_stands(session, change)
        job.note(name, Event.SAVED)
        return replace(done, saved=True, warnings=(*done.warnings, *notes))
    push = Push(session, change, job, task.host, operation.elsewhere)
    push.get_ready()
    push.arm()
    try:
        push.refuse_overtaken()
        push.open_and_prove()
        push.close_and_prove()
        push.keep()
    except ChangedSincePlanError:  # nothing was sent
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, the router is not left half-way
        state, cause, notes = push.taken_back(router_error(error))
        if state is State.BEFORE and (other := _other_way(change, job, name, cause)):
            return _story(task, other, intent, operation)
        status = "rolled-back" if state is State.BEFORE else "failed"
        undone = replace(done, status=status, state=state, error=Failure.of(cause))
        return push.with_notes(undone, *notes)
    push.clear()
    remember(change, job, task.host)
    state, trouble = push.kept.state, push.kept.trouble
    status = done.status if state is State.AFTER else "failed"
    failure = Failure.of(trouble) if trouble else None
    return push.with_notes(replace(done, status=status, state=state, error=failure))


def _other_way(change: Change, job: Job, host: str, cause: RouterError) -> Job | None:
    """Return how else a change may be made that the proof of its knock was against."""
    is_silent = isinstance(cause, NoEntryError)
    has_decoys = change.intent.decoy_knocks and change.terms.recipe.engine.trusts_andnot
    if has_decoys and (is_silent or isinstance(cause, UselessDecoysError)):
        job.tell(host, f"{cause.message}: once more, without decoys")
        return replace(job, without_decoys=True)
    if is_silent and change.is_typed_unbound and not job.binds_first:
        job.tell(host, "no entry while the list is not bound: once more, bound first")
        return replace(job, binds_first=True, without_decoys=False)
    return None
