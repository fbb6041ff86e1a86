"""The fleet at a glance: how many are well, where they are, and by which rule they are not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from knockdeploy.report.page.routers import SEVERITIES, RouterRow, word
from knockdeploy.report.page.tones import BAD, GOOD, TONES, UNKNOWN, tone
from knockdeploy.report.page.trend import Chart, Day, chart
from knockdeploy.store.findings import DayOfChecks, Spell

_ERROR: Final = "not measured"
_DOORS: Final = {
    "failed": ("did not do what it should", BAD),
    "unreached": ("no knock got there", UNKNOWN),
    "entry": ("opened, not seen from here", UNKNOWN),
    "door": ("opened to its knock alone", GOOD),
}
"""What a probe proved, by its level."""


@dataclass(frozen=True, slots=True)
class Share:
    """Routers that have something in common, and how many of them have each tone."""

    name: str
    word: str
    tones: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many routers these are."""
        return sum(self.tones.values())

    @property
    def spans(self) -> list[tuple[str, int, int]]:
        """Each tone, with its start and end in a bar whose length is the number of routers."""
        ends = [0, *accumulate(self.tones.get(each, 0) for each in TONES)]
        return list(zip(TONES, ends, ends[1:], strict=False))


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, or a kind of error: how many routers it is about now, and since when."""

    name: str
    severity: str
    message: str
    n_routers: int
    first_seen: str
    last_seen: str
    strip: Chart | None

    @property
    def word(self) -> str:
        """The word by which the filter finds it."""
        return word("rule", self.name)


def statuses(routers: Sequence[RouterRow]) -> list[Share]:
    """Return how many routers have each status; what needs attention comes first."""
    counts = Counter(each.status for each in routers)
    shares = [Share(name, word("status", name), {tone(name): n}) for name, n in counts.items()]
    return sorted(shares, key=lambda share: TONES.index(tone(share.name)))


def doors(routers: Sequence[RouterRow]) -> list[Share]:
    """Return how many of the doors that were probed did what, the worst first."""
    counts = Counter(each.door for each in routers)
    return [
        Share(label, word("door", level), Counter({tone: counts[level]}))
        for level, (label, tone) in _DOORS.items()
        if counts[level]
    ]


def by_key(routers: Sequence[RouterRow]) -> dict[str, list[Share]]:
    """Return, for each key of host data, the routers by its value, the worst first.

    A key that has one value on all routers is left out.
    """
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for router in routers:
        for key, values in router.keys.items():
            for value in values:
                found[key][value][router.tone] += 1
    return {
        key: sorted(
            (Share(value, word(key, value), counts) for value, counts in values.items()),
            key=lambda share: (-share.tones[BAD], -share.tones[UNKNOWN], share.name),
        )
        for key, values in found.items()
        if len(values) > 1
    }


def by_rule(
    routers: Iterable[RouterRow], spells: Iterable[Spell], dates: Sequence[str]
) -> list[RuleRow]:
    """Return the findings by rule, and the errors of routers that were not measured by kind.

    Rules that find nothing any more come last.
    """
    n_routers, texts = Counter[str](), dict[str, tuple[str, str]]()
    for router in routers:
        n_routers.update(router.causes)
        for each in router.found:
            texts.setdefault(each.finding.rule, (each.finding.severity, each.finding.message))
        if router.error:
            texts.setdefault(router.error.kind, (_ERROR, router.error.message))
    known: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        known[spell.rule].append(spell)
        texts.setdefault(spell.rule, (spell.severity, spell.message))
    rules = [
        _rule(name, text, n_routers[name], known.get(name, []), dates)
        for name, text in texts.items()
    ]
    order = (*SEVERITIES, _ERROR)
    return sorted(
        rules, key=lambda each: (not each.n_routers, order.index(each.severity), -each.n_routers)
    )


def _rule(
    name: str, text: tuple[str, str], n_routers: int, spells: Sequence[Spell], dates: Sequence[str]
) -> RuleRow:
    standing = [each for each in spells if not each.is_gone] or spells
    first = min((each.first_seen[:10] for each in standing), default="")
    last = max((each.last_seen[:10] for each in spells), default="")
    return RuleRow(name, *text, n_routers, first, last, _strip(spells, dates))


def _strip(spells: Iterable[Spell], dates: Sequence[str]) -> Chart | None:
    """Return a chart of how many findings a rule had, day by day."""
    begun = Counter(max(each.first_seen[:10], dates[0]) for each in spells if dates)
    ended = Counter(each.last_seen[:10] for each in spells)
    counts, n_now = [], 0
    for date in dates:
        n_now += begun[date]
        counts.append(Day(date, {BAD: n_now}))
        n_now -= ended[date]
    return chart(counts)


def by_day(checks: Iterable[DayOfChecks]) -> list[Day]:
    """Return how many of the routers that were checked on each day had each tone."""
    days = []
    for each in checks:
        tones = Counter[str]()
        for status, number in each.statuses.items():
            tones[tone(status)] += number
        days.append(Day(each.date, tones))
    return days
