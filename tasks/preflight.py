"""Preflight: can this router do it? Reads, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nornir.core.task import Result, Task

from knockdeploy.change.capture import captured
from knockdeploy.change.checked_router import REFUSALS, look_ahead
from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.needed import change_from
from knockdeploy.change.refusals import refuse_locked, refuse_unsaved
from knockdeploy.change.session_lifetime import refuse_ending_session
from knockdeploy.change.survey import Survey
from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.preflight import preflight as checked
from knockdeploy.device.reading import Reading
from knockdeploy.errors import LockedError, RouterError, UnsavedChangesError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.report.check_outcomes import PreflightOutcome
from knockdeploy.report.outcome import Failure
from knockdeploy.secrets import Masker


def preflight(task: Task, job: Job) -> Result:
    """Report everything that stands in the way of this host's intent."""
    result = run(task, job, _preflight, PreflightOutcome)
    outcome = result.result
    if outcome.error and outcome.error.kind == UnsupportedError.kind:  # by its platform
        return Result(task.host, result=PreflightOutcome("refused", (_refusal(outcome.error),)))
    return result


def _preflight(task: Task, job: Job, intent: Intent) -> PreflightOutcome:
    try:
        session, survey = session_of(task, job), Survey(intent, job)
        with captured(session, job, task.host.name, intent):
            reading, router = look_ahead(session, survey)
        found = [*_planned(reading, survey), *checked(router, intent)]
    except REFUSALS as error:  # by its version, say
        return PreflightOutcome("refused", (_refusal(error),))
    return _outcome(found, job.masker(intent))


def _planned(reading: Reading, survey: Survey) -> Iterator[Finding]:
    """Plan as deploy would: what it refuses, and what it waits for, are findings."""
    try:
        change = change_from(reading, survey, reading.operator)
        refuse_ending_session(change, survey.job)
    except REFUSALS as error:
        yield _refusal(error)
        return
    for text in change.plan.warnings:
        yield Finding("plan", "warning", text)
    for waits in (refuse_locked, lambda change: refuse_unsaved(change, survey.job)):
        try:
            waits(change)
        except (LockedError, UnsavedChangesError) as error:
            yield replace(_refusal(error), severity="warning")


def _refusal(error: RouterError | Failure) -> Finding:
    hint = f": {error.hint}" if error.hint else ""
    return Finding(error.kind, "error", f"{error.message}{hint}")


def _outcome(found: Sequence[Finding], mask: Masker) -> PreflightOutcome:
    refused = any(finding.severity == "error" for finding in found)
    findings = tuple(replace(f, line=mask.line(f.parents, f.line)) for f in found)
    return PreflightOutcome("refused" if refused else "ready", findings)
