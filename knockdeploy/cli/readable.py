"""What a fleet needs, as people read it: what many routers share is said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.demo.results import check_lines
from knockdeploy.report.change import ChangeOutcome, PlanOutcome
from knockdeploy.report.fold import folds
from knockdeploy.report.outcome import Outcome

_STYLES: Final = {
    "+": "green",
    "-": "red",
    "~": "yellow",
    "*": "cyan",
    "error:": "red",
    "warning:": "yellow",
}
"""By the first word of a line; a diff's is its sign."""

_LONGEST: Final = 60
"""Names that take more have a line of their own, above what is said of them."""


def show_diffs(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Print diffs, then warnings."""
    changes = {
        name: each
        for name, each in outcomes.items()
        if isinstance(each, PlanOutcome | ChangeOutcome)
    }
    for fold in folds({name: each.diff for name, each in changes.items() if each.diff}):
        console.out(f"--- {fold.hosts}", "bold")
        _show(console, fold.text.splitlines())
        _show_table(console, fold.table)
        console.out()
    _show_lines(
        console,
        {name: [f"warning: {text}" for text in each.warnings] for name, each in changes.items()},
    )


def show_findings(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Print findings."""
    _show_lines(console, {name: check_lines(outcome) for name, outcome in outcomes.items()})


def _show_lines(console: Console, said: Mapping[str, Iterable[str]]) -> None:
    """Print lines after the names of those whose they are."""
    texts = {name: "\n".join(each) for name, each in said.items()}
    for fold in folds({name: text for name, text in texts.items() if text}):
        lines, before = fold.text.splitlines(), f"{fold.hosts}: "
        if len(before) > _LONGEST:
            console.out(before)
            before = "  "
        _show(console, lines, before)
        _show_table(console, fold.table)


def _show(console: Console, lines: Iterable[str], before: str = "") -> None:
    for style, same in groupby(lines, lambda line: _STYLES.get(line.split(" ")[0], "")):
        console.out("\n".join(before + line for line in same), style)


def _show_table(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.out(f"    {line}")
