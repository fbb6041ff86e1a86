"""Plan: read the router, say what it needs, change nothing."""

from __future__ import annotations

from dataclasses import replace

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.needed import needed_change
from knockdeploy.change.offline import NO_SESSION, saved_change
from knockdeploy.change.refusals import locked
from knockdeploy.change.session_lifetime import refuse_ending_session
from knockdeploy.intent import Intent
from knockdeploy.report.outcome import Outcome


def plan(task: Task, job: Job) -> Result:
    """Read one router, or its saved configuration, and report the change it needs."""
    return run(task, job, _plan, {"diff": "", "commands": [], "undo": [], "warnings": []})


def _plan(task: Task, job: Job, intent: Intent) -> Outcome:
    if job.saved:
        change = saved_change(task.host.name, intent, job)
        change = replace(change, notes=(NO_SESSION, *change.notes))
    else:
        change = needed_change(session_of(task, job), intent, job)
        refuse_ending_session(change, job)
    details = change.details(job.masker(intent))
    if waits := locked(change):
        return Outcome("skipped", details, waits)
    status = "changed" if change.is_needed else "unchanged"
    return Outcome(status, details, planned=change.summed_up(str(details["diff"])))
