"""Preflight: can this router do it? Reads, changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from nornir.core.task import Result, Task

from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.preflight import Router
from knockdeploy.compliance.preflight import preflight as checked
from knockdeploy.device.reading import Reading, read
from knockdeploy.errors import IntentError, LockoutError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.plan.site import survey
from knockdeploy.report.outcome import Outcome
from knockdeploy.tasks.change import change_from
from knockdeploy.tasks.job import Job, run, session_of

# What preflight asks beside what every command reads.
_SHOWS = ("show event manager version", "show clock", "show users wide", "show flash:")


def preflight(task: Task, job: Job) -> Result:
    """Report everything that stands in the way of this host's intent."""
    return run(task, job, _preflight)


def _preflight(task: Task, job: Job, intent: Intent) -> Outcome:
    session = session_of(task)
    try:
        reading = read(session, lambda text: (survey(parse(text), intent).acl,))
    except (UnsupportedError, IntentError) as error:
        return _outcome([_refusal(error)])
    said = dict(zip(_SHOWS, session.ask(*_SHOWS), strict=True))
    router = Router(parse(reading.running), *(said[command] for command in _SHOWS))
    return _outcome([*_planned(reading, intent, job), *checked(router, intent)])


def _planned(reading: Reading, intent: Intent, job: Job) -> list[Finding]:
    """Plan as deploy would: what it refuses is a finding."""
    try:
        change_from(reading, intent, job, reading.operator)
    except (UnsupportedError, IntentError, LockoutError) as error:
        return [_refusal(error)]
    return []


def _refusal(error: UnsupportedError | IntentError | LockoutError) -> Finding:
    hint = f": {error.hint}" if error.hint else ""
    return Finding(error.kind, "error", f"{error.message}{hint}", "", ())


def _outcome(findings: list[Finding]) -> Outcome:
    refused = any(finding.severity == "error" for finding in findings)
    details: Mapping[str, object] = {"findings": [asdict(finding) for finding in findings]}
    return Outcome("refused" if refused else "ready", details)
