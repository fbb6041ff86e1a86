"""One router of the page: its status, what was found or done there, and since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, get_args
from urllib.parse import quote

from knockdeploy.compliance.findings import Finding
from knockdeploy.recipe.descriptions import Severity
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import Keys
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.report.page.tones import TONES, tone
from knockdeploy.report.past_runs import ChangeThen, Noted, Unfinished
from knockdeploy.report.proof import KNOCKS, PHASES, Proof
from knockdeploy.state import State
from knockdeploy.store.findings import Spell

SEVERITIES: Final[tuple[str, ...]] = get_args(Severity)
_DOOR: Final = "door"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and since when it is there; None where the run was no check of the routers."""

    finding: Finding
    spell: Spell | None


@dataclass(frozen=True, slots=True)
class RouterRow:
    """What the page has of one router; ``door`` is how far a probe proved it."""

    name: str
    status: str
    keys: Keys = field(default_factory=dict)
    error: Failure | None = None
    found: tuple[Found, ...] = ()
    gone: tuple[Spell, ...] = ()
    diff: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    seen: tuple[tuple[str, str, str], ...] = ()
    events: tuple[Noted, ...] = ()
    warnings: tuple[str, ...] = ()
    door: str = ""

    @property
    def anchor(self) -> str:
        """The id of its section; no quoted name has a colon, with which the page's own begin."""
        return quote(self.name, safe="")

    @property
    def tone(self) -> str:
        """The tone of its status."""
        return tone(self.status)

    @property
    def rank(self) -> tuple[int, int, int]:
        """Its place among all: what needs attention comes first."""
        worst = min((SEVERITIES.index(each.finding.severity) for each in self.found), default=9)
        return TONES.index(self.tone), worst, -len(self.found)

    @property
    def since(self) -> str:
        """The day since which its oldest finding has been there; empty where nobody knows."""
        return min((each.spell.first_seen[:10] for each in self.found if each.spell), default="")

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules by which something was found, the worst first."""
        return tuple(dict.fromkeys(each.finding.rule for each in self.found))

    @property
    def causes(self) -> tuple[str, ...]:
        """The rules of its findings, and the kind of its error: it is counted under each."""
        return (*self.rules, *((self.error.kind,) if self.error else ()))

    @property
    def words(self) -> str:
        """The words `key:value` by which the filter finds it."""
        pairs = [("status", self.status), *(("rule", each) for each in self.causes)]
        pairs += [("severity", each.finding.severity) for each in self.found]
        pairs += [
            ("is", "flapping") for each in self.found if each.spell and each.spell.is_flapping
        ]
        pairs += [("door", self.door)] if self.door else []
        pairs += [(key, value) for key, values in self.keys.items() for value in values]
        return " ".join(dict.fromkeys(word(key, value) for key, value in pairs))

    @property
    def diff_parts(self) -> list[tuple[str, str]]:
        """The diff in runs of lines that have the same sign."""
        lines = self.diff.splitlines(keepends=True)
        return [(sign, "".join(same)) for sign, same in groupby(lines, lambda line: line[:1])]


def word(key: str, value: str) -> str:
    """Return a key and its value as one word of the filter."""
    return "_".join(f"{key}:{value}".lower().split())


def routers(
    outcomes: Mapping[str, Outcome], keys: Mapping[str, Keys], spells: Iterable[Spell]
) -> list[RouterRow]:
    """Return the routers; those that need attention come first."""
    known: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        known[spell.host].append(spell)
    rows = [
        _router(name, outcome, keys.get(name, {}), known.get(name, ()))
        for name, outcome in outcomes.items()
    ]
    return sorted(rows, key=lambda each: each.rank)


def _router(name: str, outcome: Outcome, keys: Keys, spells: Sequence[Spell]) -> RouterRow:
    if isinstance(outcome, CheckOutcome):
        return _checked(name, outcome, keys, spells)
    if isinstance(outcome, ChangeOutcome):
        return RouterRow(
            name,
            outcome.status,
            keys,
            outcome.error,
            diff=outcome.diff,
            facts=tuple(_facts(outcome)),
            seen=_sightings(outcome.proof),
            events=outcome.events if isinstance(outcome, ChangeThen) else (),
            warnings=outcome.warnings,
        )
    events = outcome.events if isinstance(outcome, Unfinished) else ()
    facts = (("how far it came", outcome.seen),) if isinstance(outcome, Unfinished) else ()
    return RouterRow(name, outcome.status, keys, outcome.error, facts=facts, events=events)


def _checked(name: str, outcome: CheckOutcome, keys: Keys, spells: Sequence[Spell]) -> RouterRow:
    now = {_what(each): each for each in spells if not each.is_gone}
    ordered = sorted(outcome.findings, key=lambda each: SEVERITIES.index(each.severity))
    door = outcome.proof.level if outcome.proof else ""
    return RouterRow(
        name,
        outcome.status,
        keys,
        outcome.error,
        tuple(Found(each, now.get(_what(each))) for each in ordered),
        tuple(each for each in spells if each.is_gone),
        outcome.diff,
        tuple(_proved(outcome.proof)),
        _sightings(outcome.proof) if door != _DOOR else (),  # nothing but what was expected
        door=door,
    )


def _what(each: Finding | Spell) -> tuple[object, ...]:
    return each.rule, each.severity, each.message, each.line, each.parents


def _facts(outcome: ChangeOutcome) -> Iterable[tuple[str, str]]:
    yield "router state", State(outcome.state).word
    yield from _proved(outcome.proof)
    yield "saved", "yes" if outcome.saved else "no"
    yield "seconds", f"{outcome.seconds:g}"


def _proved(proof: Proof | None) -> Iterable[tuple[str, str]]:
    if proof:
        source = f", from {proof.source}" if proof.source else ""
        yield "proof", f"{proof.level}{source}"


def _sightings(proof: Proof | None) -> tuple[tuple[str, str, str], ...]:
    seen = proof.seen if proof else ()
    return tuple((PHASES[each.phase], KNOCKS[each.knock], str(each)) for each in seen)
