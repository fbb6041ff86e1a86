"""Diffs, warnings and findings of a fleet: what many routers share is printed once."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.outcome_lines import check_lines
from knockdeploy.report.change import ChangeOutcome, PlannedThen, PlanOutcome
from knockdeploy.report.fold import alike, folds
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.sections import shortened
from knockdeploy.state import State

_STYLES: Final = {
    "+": "green",
    "-": "red",
    "~": "yellow",
    "*": "cyan",
    "error:": "red",
    "warning:": "yellow",
}
"""By the first word of a line; a diff's is its sign."""

NOTHING: Final[Mapping[str, Outcome]] = MappingProxyType({})

_REACHED: Final = re.compile(
    r"(\d+/\w+) (is no longer|becomes) (reachable without a knock.*)", re.DOTALL
)
"""What `Closed` and `Opened` say of a service."""
_PLURAL: Final = {"is no longer": "are no longer", "becomes": "become"}

_LONGEST: Final = 60
"""Names that take more have a line of their own, above what is said of them."""


def show_diffs(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Print diffs, then warnings."""
    diffs = (
        (name, _shown(console, each.diff))
        for name, each in outcomes.items()
        if isinstance(each, PlanOutcome | ChangeOutcome | PlannedThen)
    )
    for fold in folds(diffs):
        console.out(f"--- {fold.hosts}", "bold")
        _show(console, fold.text.splitlines())
        _show_table(console, fold.table)
        console.out()
    show_warnings(console, outcomes)


def show_warnings(
    console: Console, outcomes: Mapping[str, Outcome], shown: Mapping[str, Outcome] = NOTHING
) -> None:
    """Print warnings, except those of ``shown``, which were printed before."""
    before = {name: each.warnings for name, each in _changes(shown)}
    _show_lines(
        console,
        (
            (name, [f"warning: {text}" for text in _warnings(each, before.get(name, ()))])
            for name, each in _changes(outcomes)
        ),
    )


def _warnings(outcome: PlanOutcome | ChangeOutcome, shown: Collection[str]) -> Iterator[str]:
    """Yield the new warnings; of a router that was reverted, none about who reaches what."""
    is_undone = isinstance(outcome, ChangeOutcome) and outcome.state is State.BEFORE
    texts = [text for text in outcome.warnings if text not in shown]
    yield from joined(text for text in texts if not (is_undone and _REACHED.fullmatch(text)))


def joined(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts; those about who reaches a service are one for all such services."""
    services: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        if match := _REACHED.fullmatch(text):
            services.setdefault((match[2], match[3]), []).append(match[1])
        else:
            yield text
    for (verb, reached), which in services.items():
        yield f"{', '.join(which)} {verb if len(which) == 1 else _PLURAL[verb]} {reached}"


class Diffs:
    """Shows the diff of each router before it is changed; of alike ones only the first."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._first: dict[str, str] = {}
        self._lock = threading.Lock()

    def show(self, host: str, diff: str) -> None:
        """Show one router's; from several threads."""
        console, pattern = self._console, alike(host, diff)
        with self._lock:
            first = self._first.setdefault(pattern, host)
            if console.json or not diff:
                return
            if first == host:
                console.out(f"--- {host}", "bold")
                _show(console, _shown(console, diff).splitlines())
                console.out()
            else:
                console.out(f"--- {host}: as {first}, but for addresses", "bold")


def _changes(
    outcomes: Mapping[str, Outcome],
) -> Iterator[tuple[str, PlanOutcome | ChangeOutcome]]:
    """Yield plans and changes one at a time: a fleet's would take too much memory together."""
    for name, each in outcomes.items():
        if isinstance(each, PlanOutcome | ChangeOutcome):
            yield name, each


def _shown(console: Console, diff: str) -> str:
    return diff if console.is_full else shortened(diff)


def show_findings(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Print findings."""
    full = console.is_full
    _show_lines(console, ((name, check_lines(each, full=full)) for name, each in outcomes.items()))


def _show_lines(console: Console, texts: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Print lines, each after the names of the routers it is about."""
    for fold in folds((name, "\n".join(each)) for name, each in texts):
        lines, before = fold.text.splitlines(), f"{fold.hosts}: "
        if len(before) > _LONGEST:
            console.out(before.rstrip())
            before = "  "
        _show(console, lines, before)
        _show_table(console, fold.table)


def _show(console: Console, lines: Iterable[str], before: str = "") -> None:
    for style, same in groupby(lines, lambda line: _STYLES.get(line.split(" ")[0], "")):
        console.out("\n".join(before + line for line in same), style)


def _show_table(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.out(f"    {line}")
