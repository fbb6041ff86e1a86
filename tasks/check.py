"""Check: is the router what its intent says, and is its door shut to strangers?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from nornir.core.task import Task

from knockdeploy.change.checked_router import CheckedRouter, look
from knockdeploy.change.image_quirks import LACKS_DECOYS
from knockdeploy.change.job import Job, knocks_of, nornir_task, session_of
from knockdeploy.change.refusals import unless_locked
from knockdeploy.compliance.check import beside, exposed, misplaced
from knockdeploy.compliance.explaining import explained
from knockdeploy.compliance.findings import Finding, findings
from knockdeploy.compliance.other_router import other_router
from knockdeploy.compliance.waiving import today, waived
from knockdeploy.errors import InternalError
from knockdeploy.intent import Intent
from knockdeploy.octets import readable
from knockdeploy.plan.diff import as_text, planned
from knockdeploy.recipe.knock_ports import masked
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.proof import Proof
from knockdeploy.secrets import Masker


@nornir_task(CheckOutcome)
def check(task: Task, job: Job, intent: Intent) -> CheckOutcome:
    """Compare one router with its intent and report everything that is not as it should be."""
    seen = look(task.host.name, job, intent, None if job.saved else session_of(task, job))
    secret = frozenset(str(knock.port) for knock in chain(*intent.silent.values()))
    shown = _Shown(job.masker(intent), secret)
    at_the_door, proof = _probed(task, job, seen)
    whole = (*_found(seen, intent), *at_the_door)
    if _is_drifted(whole):
        name, knocks = task.host.name, knocks_of(task.host.name, intent, job.state)
        whole = (*other_router(name, seen.running.config, seen.text, knocks), *whole)
    if job.explain:
        for explanation in explained(job.explain, whole, seen.text, shown.line):
            job.tell(task.host.name, shown.text(explanation))
    found = tuple(waived(tuple(map(shown.finding, whole)), intent.waivers, today()))
    if isinstance(seen.refusal, InternalError):  # not judged whole, so neither kept nor broken
        return CheckOutcome("failed", found, error=job.failure(seen.refusal))
    outcome = CheckOutcome("compliant", found, proof=proof)
    if _is_drifted(found):
        outcome = CheckOutcome("drifted", found, shown.diff(seen), proof)
    return unless_locked(seen.change, outcome) if seen.change else outcome


def _probed(task: Task, job: Job, seen: CheckedRouter) -> tuple[tuple[Finding, ...], Proof | None]:
    """Try the door of a router that is as its intent says; of any other that proves nothing."""
    change = seen.change
    if not job.options.probes or not seen.is_live or change is None or change.plan.steps:
        return (), None
    from knockdeploy.change.door_test import door_findings  # noqa: PLC0415  # few checks knock

    return door_findings(task.host, job, session_of(task, job), change)


def _is_drifted(found: Iterable[Finding]) -> bool:
    return any(finding.severity != "info" for finding in found)


@dataclass(frozen=True, slots=True)
class _Shown:
    """Without knock ports, by their section and wherever else they stand; octets as letters."""

    mask: Masker
    ports: frozenset[str]

    def text(self, text: str) -> str:
        return masked(readable(text), self.ports)

    def line(self, parents: tuple[str, ...], line: str) -> str:
        return self.text(self.mask.line(parents, line))

    def diff(self, seen: CheckedRouter) -> str:
        return self.text(as_text(planned(seen.change.plan), self.mask)) if seen.change else ""

    def finding(self, found: Finding) -> Finding:
        line = self.line(found.parents, found.line)
        parents = tuple(map(readable, found.parents))
        return replace(found, line=line, message=self.text(found.message), parents=parents)


def _found(seen: CheckedRouter, intent: Intent) -> Iterator[Finding]:
    if seen.refusal and not isinstance(seen.refusal, InternalError):
        yield misplaced(seen.refusal)
    if change := seen.change:
        yield from (Finding("saved", "info", note) for note in change.notes)
        if change.lacks_decoys:
            yield Finding("decoys", "info", LACKS_DECOYS)
        reachable = (each.service for each in change.plan.closes)
        yield from findings(planned(change.plan), change.at, reachable)
    yield from exposed(seen.running, intent)
    yield from beside(seen.router, intent, is_live=seen.is_live)
