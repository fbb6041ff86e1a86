"""A chart of days as bars on a grid of whole numbers, which SVG scales to any width."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knockdeploy.report.page.tones import BAD, UNKNOWN


@dataclass(frozen=True, slots=True)
class Day:
    """How many there were of each tone on one day."""

    date: str
    tones: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many routers had one tone on one day; ``y`` is counted from the top, as SVG does."""

    x: int
    y: int
    height: int
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Routers that were not well, by day; a day without a check is a gap."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    first: str
    last: str


def chart(days: Sequence[Day]) -> Chart | None:
    """Return the chart of days, which are in order; None for fewer than two: no trend."""
    if len(days) < 2:  # noqa: PLR2004
        return None
    height = max(1, *(_of(day, BAD) + _of(day, UNKNOWN) for day in days))
    first, last = days[0].date, days[-1].date
    bars = tuple(
        bar for day in days for bar in _bars(day, _number(day.date) - _number(first), height)
    )
    return Chart(_number(last) - _number(first) + 1, height, bars, first, last)


def _bars(day: Day, x: int, height: int) -> Iterator[Bar]:
    bottom = height
    for tone in (BAD, UNKNOWN):
        if number := _of(day, tone):
            bottom -= number
            yield Bar(x, bottom, number, tone, f"{day.date}: {number}")


def _of(day: Day, tone: str) -> int:
    return day.tones.get(tone, 0)


def _number(date: str) -> int:
    return datetime.date.fromisoformat(date).toordinal()
