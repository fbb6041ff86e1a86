"""Preflight: can this router do it? Reads, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.needed import change_from
from knockdeploy.change.refusals import refuse_locked, refuse_unsaved
from knockdeploy.change.session_lifetime import refuse_ending_session
from knockdeploy.change.survey import Survey
from knockdeploy.compliance.facts import SHOWS, Router
from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.policy_file import FILE_SYSTEMS, TCLSH
from knockdeploy.compliance.preflight import preflight as checked
from knockdeploy.compliance.resources import file_system
from knockdeploy.compliance.transcript import redacted
from knockdeploy.device import tclsh
from knockdeploy.device.reading import Reading, read
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    IntentError,
    LockedError,
    LockoutError,
    OpensError,
    PrivilegeError,
    RouterError,
    UnsavedChangesError,
    UnsupportedError,
)
from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.octets import readable, tamed
from knockdeploy.recipe.knock_ports import knock_ports
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running
from knockdeploy.report.check_outcomes import PreflightOutcome
from knockdeploy.report.outcome import Failure
from knockdeploy.secrets import Masker

# What stands against this intent on this router, and no failure of ours or of the line.
_REFUSALS = (UnsupportedError, IntentError, LockoutError, OpensError, PrivilegeError)


def preflight(task: Task, job: Job) -> Result:
    """Report everything that stands in the way of this host's intent."""
    result = run(task, job, _preflight, PreflightOutcome)
    outcome = result.result
    if outcome.error and outcome.error.kind == UnsupportedError.kind:  # by its platform
        return Result(task.host, result=PreflightOutcome("refused", (_refusal(outcome.error),)))
    return result


def _preflight(task: Task, job: Job, intent: Intent) -> PreflightOutcome:
    try:
        return _captured(task, job, intent)
    except _REFUSALS as error:  # by its version, say
        return PreflightOutcome("refused", (_refusal(error),))


def _captured(task: Task, job: Job, intent: Intent) -> PreflightOutcome:
    session = session_of(task, job)
    heard: list[tuple[str, str]] = []
    session.heard = lambda command, answer: heard.append((command, answer))
    try:
        return _asked(session, job, intent)
    finally:
        if job.capture:
            mask = job.masker(intent)
            ports = knock_ports("\n".join(text for _, text in heard))
            shown = (
                redacted(f"{session.hostname}#{said}\n{text}\n", mask, ports)
                for said, text in heard
            )
            job.capture(task.host.name, tamed(readable("\n".join(shown))))


def _asked(session: RouterSession, job: Job, intent: Intent) -> PreflightOutcome:
    survey = Survey(intent, job)
    reading = read(session, survey.concern_if_it_fits)
    running = Running(parse(reading.running)).config
    *answers, directory = session.ask(*SHOWS, f"dir {file_system(running)}")
    said = dict(zip(SHOWS, answers, strict=True)) | _of_files(session, intent)
    owned = survey.recipe.offline(intent).owned
    router = Router(
        running,
        said,
        directory,
        _rendered(reading, survey),
        owned,
        trigger=survey.recipe.trigger,
        grant=survey.recipe.grant,
    )
    found = [*_planned(reading, survey), *checked(router, intent)]
    return _outcome(found, job.masker(intent))


def _of_files(session: RouterSession, intent: Intent) -> dict[str, str]:
    """Return what the router says of files, where a policy is one."""
    if intent.engine != "tcl":
        return {}
    (systems,) = session.ask(FILE_SYSTEMS)
    return {FILE_SYSTEMS: systems, TCLSH: tclsh.refused(session)}


def _rendered(reading: Reading, survey: Survey) -> Node:
    try:
        _, at = survey.place(reading.version.number, reading.running)
        return wanted(survey.recipe, survey.intent, at, survey.job.settings.templates)
    except _REFUSALS:
        return Node("")


def _planned(reading: Reading, survey: Survey) -> Iterator[Finding]:
    """Plan as deploy would: what it refuses, and what it waits for, are findings."""
    try:
        change = change_from(reading, survey, reading.operator)
        refuse_ending_session(change, survey.job)
    except _REFUSALS as error:
        yield _refusal(error)
        return
    for text in change.plan.warnings:
        yield Finding("plan", "warning", text, "", ())
    for waits in (refuse_locked, lambda change: refuse_unsaved(change, survey.job)):
        try:
            waits(change)
        except (LockedError, UnsavedChangesError) as error:
            yield replace(_refusal(error), severity="warning")


def _refusal(error: RouterError | Failure) -> Finding:
    hint = f": {error.hint}" if error.hint else ""
    return Finding(error.kind, "error", f"{error.message}{hint}", "", ())


def _outcome(found: Sequence[Finding], mask: Masker) -> PreflightOutcome:
    refused = any(finding.severity == "error" for finding in found)
    findings = tuple(replace(f, line=mask.line(f.parents, f.line)) for f in found)
    return PreflightOutcome("refused" if refused else "ready", findings)
