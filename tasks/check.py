"""Check: does the router's configuration say what its intent says?"""

from __future__ import annotations

from dataclasses import asdict

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.needed import unjudged_change
from knockdeploy.change.offline import saved_change
from knockdeploy.change.refusals import locked
from knockdeploy.compliance.findings import Finding, findings
from knockdeploy.intent import Intent
from knockdeploy.plan.diff import planned
from knockdeploy.report.outcome import Outcome


def check(task: Task, job: Job) -> Result:
    """Compare one router with its intent and report each line that differs."""
    return run(task, job, _check, {"findings": []})


def _check(task: Task, job: Job, intent: Intent) -> Outcome:
    # What a repair would open or whom it would lock out is deploy's question, not a finding.
    if job.saved:
        change = saved_change(task.host.name, intent, job, judges=False)
    else:
        change = unjudged_change(session_of(task, job), intent, job)
    mask = job.masker(intent)
    found = [asdict(Finding("saved", "info", note, "", ())) for note in change.notes]
    found += [
        {**asdict(finding), "line": mask.line(finding.parents, finding.line)}
        for finding in findings(planned(change.plan))
    ]
    if not job.saved and not change.is_saved and not change.plan.steps:
        message = (
            "what is ours is not in startup-config, a reload loses it: deploy, or write memory"
        )
        found.append(asdict(Finding("startup-config", "warning", message, "", ())))
    if waits := locked(change):
        return Outcome("skipped", {"findings": found}, waits)
    drifted = any(finding["severity"] != "info" for finding in found)
    return Outcome("drifted" if drifted else "compliant", {"findings": found})
