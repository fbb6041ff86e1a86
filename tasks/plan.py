"""Plan: read the router, say what it needs, change nothing."""

from __future__ import annotations

from dataclasses import replace

from nornir.core.task import Task

from knockdeploy.change.job import Job, nornir_task, session_of
from knockdeploy.change.needed import Change, needed_change
from knockdeploy.change.offline import NO_SESSION, saved_change
from knockdeploy.change.refusals import unless_locked, unless_unsaved
from knockdeploy.change.session_lifetime import refuse_ending_session
from knockdeploy.change.shown import plan_outcome
from knockdeploy.errors import LockoutError, OpensError
from knockdeploy.intent import Intent
from knockdeploy.report.change import PlanOutcome
from knockdeploy.report.outcome import Failure


@nornir_task(PlanOutcome)
def plan(task: Task, job: Job, intent: Intent) -> PlanOutcome:
    """Read one router, or its saved configuration, and report the change it needs."""
    try:
        change = _needed(task, job, intent)
        if not job.saved:
            refuse_ending_session(change, job)
    except (OpensError, LockoutError) as error:  # what is refused is shown
        refused = _needed(task, job, intent, judges=False)
        outcome = plan_outcome(refused, job.masker(intent))
        return replace(outcome, status="failed", error=Failure.of(error), planned=None)
    outcome = plan_outcome(change, job.masker(intent))
    return unless_unsaved(change, unless_locked(change, outcome), job)


def _needed(task: Task, job: Job, intent: Intent, *, judges: bool = True) -> Change:
    if not job.saved:
        return needed_change(session_of(task, job), intent, job, judges=judges)
    change = saved_change(task.host.name, intent, job, judges=judges)
    return replace(change, notes=(NO_SESSION, *change.notes)) if judges else change
