"""The outcome of a command as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import get_args

from knockdeploy.command import Phase
from knockdeploy.recipe.descriptions import Severity
from knockdeploy.report.change import ChangeOutcome, PlanOutcome
from knockdeploy.report.check_outcomes import CheckOutcome, PreflightOutcome
from knockdeploy.report.gathered import gathered
from knockdeploy.report.outcome import FAILURES, Outcome
from knockdeploy.report.past_runs import ChangeThen, Unfinished
from knockdeploy.report.proof import KNOCKS, PHASES, Sighting
from knockdeploy.report.sections import sections, shortened
from knockdeploy.report.summary import summary

_WORST_FIRST = get_args(Severity)


def shown_diff(outcome: Outcome) -> str:
    """Return the diff of an outcome; an object that is added or removed whole is one line."""
    return shortened("\n".join(_diff(outcome))).rstrip("\n")


def plan_lines(outcome: Outcome) -> Iterator[str]:
    """Yield how much a plan changes."""
    if outcome.error is None:
        lines = _diff(outcome)
        n_places = sum(1 for _ in sections(lines))
        changes = summary("\n".join(lines))
        yield f"{changes}, in {n_places} places" if changes else "the diff is empty"


def deploy_lines(outcome: Outcome) -> Iterator[str]:
    """Yield what a deployment proved, and whether it saved."""
    if isinstance(outcome, ChangeOutcome) and (proof := outcome.proof):
        source = f", from {proof.source}" if proof.source else ""
        saved = "saved" if outcome.saved else "not saved"
        yield f"proof: {proof.level}{source}; {saved}; {outcome.seconds} s"


def proof_text(host: str, outcome: Outcome) -> str:
    """Return what a proof saw, a knock a line; empty if there was none."""
    proof = outcome.proof if isinstance(outcome, ChangeOutcome) else None
    lines = list(_sightings(proof.seen)) if proof else []
    return "\n".join([f"the proof of {host}, as it was seen:", *lines]) if lines else ""


def steps_text(host: str, outcome: Outcome) -> str:
    """Return how far an earlier run came with a host that failed, and when; empty for others."""
    if not isinstance(outcome, ChangeThen | Unfinished):
        return ""
    steps = ", ".join(f"{each.time[11:19]} {each.event}" for each in outcome.events)
    has_failed = outcome.status in FAILURES or isinstance(outcome, Unfinished)
    return f"the steps of {host}, in UTC: {steps}" if steps and has_failed else ""


def _sightings(seen: Iterable[Sighting]) -> Iterator[str]:
    last: Phase | None = None
    for (phase, knock), sightings in groupby(seen, lambda one: (one.phase, one.knock)):
        when = "" if phase == last else PHASES[phase]
        yield f"  {when:<16}  {KNOCKS[knock]:<11}  {', '.join(map(str, sightings))}"
        last = phase


def check_lines(outcome: Outcome, *, full: bool = False) -> Iterator[str]:
    """Yield the findings, the worst first; unless ``full``, many of one kind are one."""
    if isinstance(outcome, CheckOutcome | PreflightOutcome):
        found = sorted(outcome.findings, key=lambda each: _WORST_FIRST.index(each.severity))
        yield from map(str, found) if full else gathered(found)


def _diff(outcome: Outcome) -> list[str]:
    if isinstance(outcome, PlanOutcome | ChangeOutcome):
        return outcome.diff.splitlines()
    return []
