"""The command that proves: doors tried for real, from here or from another machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.change.options import Options
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection, ended, outcomes_of
from knockdeploy.errors import InputError, Mistake
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.proof import ProveOutcome
from knockdeploy.tasks.prove import prove as prove_task

# What ssh(1) takes as a destination, and never as an option.
_MACHINE = re.compile(r"[\w.@:%/\[][\w.@:%/+\[\]-]*")


def prove(console: Console, selection: Selection, proof_from: str | None) -> int:
    """Knock at each router, wrong and right, and say whether its door did what it should."""
    check_machine(proof_from)
    project, job = selection.open(console, Options(proof_from=proof_from))
    outcomes = outcomes_of(project, prove_task, job)
    for name, outcome in outcomes.items():
        for line in _lines(outcome):
            console.out(f"{name}: {line}")
    return ended(console, outcomes)


def check_machine(where: str | None) -> None:
    """Refuse what ssh would not take as a machine.

    Raises:
        InputError: nothing was sent.
    """
    if where is not None and not _MACHINE.fullmatch(where):
        message, hint = "not a valid machine to prove from", "USER@HOST, as ssh takes it"
        raise InputError(Mistake(message, hint, key="--proof-from"))


def _lines(outcome: Outcome) -> Iterator[str]:
    if isinstance(outcome, ProveOutcome):
        for each in outcome.scenarios:
            yield f"{each.name}: expected {each.expected}; seen {each.seen}"
        yield from outcome.warnings
