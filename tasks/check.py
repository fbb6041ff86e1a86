"""Check: does the router's configuration say what its intent says?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.needed import Change, unjudged_change
from knockdeploy.change.offline import saved_change
from knockdeploy.change.refusals import unless_locked
from knockdeploy.compliance.findings import Finding, findings
from knockdeploy.errors import OtherListError
from knockdeploy.intent import Intent
from knockdeploy.plan.diff import DiffLine, masked, planned
from knockdeploy.report.found import CheckOutcome
from knockdeploy.secrets import Masker


def check(task: Task, job: Job) -> Result:
    """Compare one router with its intent and report each line that differs."""
    return run(task, job, _check, CheckOutcome)


def _check(task: Task, job: Job, intent: Intent) -> CheckOutcome:
    try:
        return _compared(task, job, intent)
    except OtherListError as other:
        message = f"{other.bound} is bound, and not {other.named}"
        where = (f"interface {other.interface}",)
        line = f"ip access-group {other.named} in"
        return CheckOutcome(
            "drifted", (Finding("interface-binding", "error", message, line, where),)
        )


def _compared(task: Task, job: Job, intent: Intent) -> CheckOutcome:
    # What a repair would open or whom it would lock out is deploy's question, not a finding.
    if job.saved:
        change = saved_change(task.host.name, intent, job, judges=False)
    else:
        change = unjudged_change(session_of(task, job), intent, job)
    mask, lines = job.masker(intent), list(planned(change.plan))
    found = (*_differences(change, lines, mask), *_beside(change, job))
    drifted = any(finding.severity != "info" for finding in found)
    diff = masked(lines, mask)
    return unless_locked(change, CheckOutcome("drifted" if drifted else "compliant", found, diff))


def _differences(change: Change, lines: Iterable[DiffLine], mask: Masker) -> Iterator[Finding]:
    for note in change.notes:
        yield Finding("saved", "info", note, "", ())
    reachable = (each.service for each in change.plan.closes)
    for finding in findings(lines, change.at, reachable):
        yield replace(finding, line=mask.line(finding.parents, finding.line))


def _beside(change: Change, job: Job) -> Iterator[Finding]:
    """Yield what the lines themselves do not tell: whether they are there to stay."""
    if not job.saved and not change.is_saved and not change.plan.steps:
        message = (
            "what is ours is not in startup-config, a reload loses it: deploy, or write memory"
        )
        yield Finding("startup-config", "warning", message, "", ())
