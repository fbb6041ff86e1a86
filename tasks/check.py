"""Check: does the router's configuration say what its intent says?"""

from __future__ import annotations

from dataclasses import asdict, replace

from nornir.core.task import Result, Task

from knockdeploy.compliance.findings import findings
from knockdeploy.device.reading import read
from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.plan.diff import diff
from knockdeploy.plan.site import survey
from knockdeploy.report.outcome import Outcome
from knockdeploy.tasks.change import change_from
from knockdeploy.tasks.job import Job, run, session_of


def check(task: Task, job: Job) -> Result:
    """Compare one router with its intent and report each line that differs."""
    return run(task, job, _check, {"findings": []})


def _check(task: Task, job: Job, intent: Intent) -> Outcome:
    reading = read(session_of(task), lambda text: (survey(parse(text), intent).acl,))
    # What a repair would open or whom it would lock out is deploy's question, not a finding.
    change = change_from(reading, intent, replace(job, allows_opening=True), operator=None)
    mask = job.masker(intent)
    found = [
        {**asdict(finding), "line": mask.line(finding.parents, finding.line)}
        for finding in findings(diff(change.plan.before, change.plan.after))
    ]
    drifted = any(finding["severity"] != "info" for finding in found)
    return Outcome("drifted" if drifted else "compliant", {"findings": found})
