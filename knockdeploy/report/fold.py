"""What many hosts have in common said once, and nothing left out.

Texts that are the same but for addresses and the host's own name are one, with a table of what
each host has in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_ADDRESS: Final = r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
_LAST_NUMBER: Final = re.compile(r"(.*?)([0-9]{1,15})([^0-9]*)")
_SHORTEST: Final = 3
MOST: Final = 10
"""So many names are in a line at most; `--json` and `show RUN` have all."""


def few(names: Iterable[str]) -> str:
    """Return names as a line takes them: `r1..3, r7`, at most ten, then `and 90 more`."""
    spans = list(_spans(names))
    shown = ", ".join(text for text, _ in spans[:MOST])
    n_more = sum(number for _, number in spans[MOST:])
    return f"{shown} and {n_more} more" if n_more else shown


def n_routers(number: int) -> str:
    """Return how many routers: `1 router`, `3 routers`."""
    return f"{number} router{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Fold:
    """One text for several hosts; it is that of the first.

    ``values`` has, for each host, what stands in the places in which they differ.
    """

    text: str
    values: Mapping[str, tuple[str, ...]]

    @property
    def hosts(self) -> str:
        """The hosts as people read them: `r1..3, r7 (4 hosts)`."""
        return spanned(self.values)

    @property
    def table(self) -> list[str]:
        """The values that differ, a line for all hosts that have the same, the text's own first."""
        rows: dict[tuple[str, ...], list[str]] = {}
        for host, values in self.values.items():
            rows.setdefault(values, []).append(host)
        if len(rows) == 1:
            return []
        table = [(spanned(hosts), *values) for values, hosts in list(rows.items())[:MOST]]
        lines = _aligned(table)
        n_more = sum(len(hosts) for hosts in list(rows.values())[MOST:])
        more = [f"and {n_more} more"] if n_more else []
        return [f"{lines[0]}  <- as shown", *lines[1:], *more]


def folds(texts: Iterable[tuple[str, str]]) -> list[Fold]:
    """Return the texts of hosts, each that several share once, in the order of the first host.

    An empty one is nobody's.
    """
    alike: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {}
    for host, text in texts:
        if text:
            pattern, values = _taken_out(host, text)
            alike.setdefault(pattern, (text, {}))[1][host] = values
    return [Fold(first, _differing(hosts)) for first, hosts in alike.values()]


def alike(host: str, text: str) -> str:
    """Return what texts have in common that are the same but for addresses and the host's name."""
    return _taken_out(host, text)[0]


def spanned(hosts: Iterable[str]) -> str:
    """Return names, those that count up as one: `r1..3, r7`, and how many they are."""
    names = list(hosts)
    return few(names) if len(names) == 1 else f"{few(names)} ({len(names)} hosts)"


def _taken_out(host: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without the host's name and with addresses counted, and the addresses."""
    name = rf"(?<![\w-]){re.escape(host)}(?![\w-])"
    places = re.compile(f"{name}|{_ADDRESS}" if re.search("[A-Za-z]", host) else _ADDRESS)
    found: dict[str, int] = {}

    def taken(match: re.Match[str]) -> str:
        if match[0] == host:
            return "\0name\0"
        return f"\0{found.setdefault(match[0], len(found))}\0"

    return places.sub(taken, text), tuple(found)


def _differing(hosts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    columns = [column for column in zip(*hosts.values(), strict=True) if len(set(column)) > 1]
    rows = zip(*columns, strict=True) if columns else [()] * len(hosts)
    return dict(zip(hosts, rows, strict=True))


def _spans(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield names in order, and how many each is; three that count up are one: `branch-1..40`."""
    runs: list[list[str]] = []
    for name in sorted(names, key=_parts):
        if runs and name == _next(runs[-1][-1]):
            runs[-1].append(name)
        else:
            runs.append([name])
    for run in runs:
        if len(run) < _SHORTEST:
            yield from ((name, 1) for name in run)
        else:
            _, number, rest, width = _parts(run[-1])
            yield f"{run[0]}..{number:0{width}}{rest}", len(run)


def _parts(name: str) -> tuple[str, int, str, int]:
    """Return a name in the parts by which people sort it; the width is that of its number."""
    match = _LAST_NUMBER.fullmatch(name)
    return (match[1], int(match[2]), match[3], len(match[2])) if match else (name, -1, "", 0)


def _next(name: str) -> str | None:
    before, number, rest, width = _parts(name)
    return f"{before}{number + 1:0{width}}{rest}" if width else None


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{word:<{width}}" for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
