"""Check: is the router what its intent says, and is its door shut to strangers?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.looked_at import Look, look
from knockdeploy.change.refusals import unless_locked
from knockdeploy.compliance.check import beside, exposed, misplaced
from knockdeploy.compliance.findings import Finding, findings
from knockdeploy.compliance.waiving import today, waived
from knockdeploy.intent import Intent
from knockdeploy.plan.diff import as_text, planned
from knockdeploy.recipe.listening import masked
from knockdeploy.report.found import CheckOutcome


def check(task: Task, job: Job) -> Result:
    """Compare one router with its intent and report everything that is not as it should be."""
    return run(task, job, _check, CheckOutcome)


def _check(task: Task, job: Job, intent: Intent) -> CheckOutcome:
    seen = look(task.host.name, job, intent, None if job.saved else session_of(task, job))
    found = tuple(waived(tuple(_masked(seen, job, intent)), intent.waivers, today()))
    is_drifted = any(finding.severity != "info" for finding in found)
    outcome = CheckOutcome("compliant", found)
    if is_drifted:
        outcome = CheckOutcome("drifted", found, _diff(seen, job, intent))
    return unless_locked(seen.change, outcome) if seen.change else outcome


def _found(seen: Look, intent: Intent) -> Iterator[Finding]:
    if seen.refusal:
        yield misplaced(seen.refusal)
    if change := seen.change:
        yield from (Finding("saved", "info", note, "", ()) for note in change.notes)
        yield from findings(planned(change.plan), change.at)
    yield from exposed(seen.running, intent)
    yield from beside(seen.router, intent, is_live=seen.is_live)


def _diff(seen: Look, job: Job, intent: Intent) -> str:
    text = as_text(planned(seen.change.plan), job.masker(intent)) if seen.change else ""
    return masked(text, _ports(intent))


def _masked(seen: Look, job: Job, intent: Intent) -> Iterator[Finding]:
    """Yield what was found without knock ports: by their section, and wherever else they stand."""
    mask = job.masker(intent)
    ports = _ports(intent)
    for each in _found(seen, intent):
        line = masked(mask.line(each.parents, each.line), ports)
        yield replace(each, line=line, message=masked(each.message, ports))


def _ports(intent: Intent) -> frozenset[str]:
    return frozenset(str(knock.port) for knock in intent.ports)
