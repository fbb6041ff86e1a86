"""The prove command: real knocks, from here or from another machine."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.change.options import ChangeOptions
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended, opened, outcomes_of
from knockdeploy.cli.option_checks import check_machine
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.proof import ProveOutcome
from knockdeploy.tasks.prove import prove as prove_task


def prove(console: Console, selection: Selection, proof_from: str | None) -> int:
    """Knock at each router, wrong and right, and say whether its door did what it should."""
    check_machine(proof_from)
    project, job = opened(selection, console, ChangeOptions(proof_from=proof_from))
    outcomes = outcomes_of(project, prove_task, job)
    for name, outcome in outcomes.items():
        for line in _lines(outcome):
            console.out(f"{name}: {line}")
    return ended(console, outcomes)


def _lines(outcome: Outcome) -> Iterator[str]:
    if isinstance(outcome, ProveOutcome):
        for each in outcome.scenarios:
            yield f"{each.name}: expected {each.expected}; seen {each.seen}"
        yield from outcome.warnings
