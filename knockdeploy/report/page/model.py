"""What the page says, whether it is of a check or of a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knockdeploy.report.fleet import Keys
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.page.overview import (
    RuleRow,
    Share,
    by_day,
    by_key,
    by_rule,
    doors,
    statuses,
)
from knockdeploy.report.page.routers import RouterRow, routers
from knockdeploy.report.page.tones import GOOD, NONE
from knockdeploy.report.page.trend import Chart, Day, chart
from knockdeploy.store.findings import NO_PAST, Past


@dataclass(frozen=True, slots=True)
class Title:
    """Which run it is: of which command, when it began (UTC), and who began it, if known."""

    command: str
    run: str
    began: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is shown of a run."""

    title: Title
    statuses: Sequence[Share]
    keys: Mapping[str, Sequence[Share]]
    rules: Sequence[RuleRow]
    days: Sequence[Day]
    routers: Sequence[RouterRow]
    doors: Sequence[Share] = ()

    @classmethod
    def of(
        cls,
        title: Title,
        outcomes: Mapping[str, Outcome],
        keys: Mapping[str, Keys],
        past: Past = NO_PAST,
    ) -> Page:
        """Return the page of a run."""
        rows = routers(outcomes, keys, past.spells)
        dates = [each.date for each in past.days]
        rules = by_rule(rows, past.spells, dates)
        days = by_day(past.days)
        return cls(title, statuses(rows), by_key(rows), rules, days, rows, doors(rows))

    @property
    def chart(self) -> Chart | None:
        """The chart of earlier checks."""
        return chart(self.days)

    @property
    def well(self) -> tuple[int, int]:
        """How many routers are in order, and of how many; unmanaged ones do not count."""
        tones = self.whole.tones
        return tones[GOOD], len(self.routers) - tones[NONE]

    @property
    def whole(self) -> Share:
        """All routers."""
        return Share("all", "", Counter(each.tone for each in self.routers))
