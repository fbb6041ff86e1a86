"""A knock makes numbered entries, one a service, for its source alone (iosxe-facts §2a)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import ClassVar, Final

from knockdeploy.intent import Intent
from knockdeploy.ios.acl import is_extended
from knockdeploy.ios.counters import TemporaryEntry, listed_entries
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.filters import WayIn, with_entries
from knockdeploy.ios.match import Ace, Addresses, host
from knockdeploy.ios.tree import Path
from knockdeploy.recipe.marked_entries import canonical_entry, hears, opened_for, own_marked
from knockdeploy.recipe.owned import Owned
from knockdeploy.recipe.part import Grant, ShowOutput
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.running import Running

_STEP: Final = 10
"""What a reload numbers anew has multiples of it, on trains that keep no numbers (§6)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An entry that a knock makes."""

    number: int
    protocol: str
    port: int


class NumberedAce(Grant):
    """Entries with numbers above all others: ``grant_slots`` people at once have one a service.

    Who probes by a knock of its own has a slot of its own.
    """

    templates = ("ios/grant/numbered_ace.j2",)
    is_configured: ClassVar[bool] = True

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return nothing: what a knock opens is nobody's, and the list is the enforcement's."""
        return ()

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the numbers that are kept for what knocks open."""
        return replace(at, reserved=slots_of(intent)[-1][-1].number)

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return the slots, each with its entries."""
        slots = slots_of(intent)
        return {"slots": slots[: intent.grant_slots], "probe_slots": slots[intent.grant_slots :]}

    def is_temporary(self, parents: Path, line: str) -> bool:
        """Tell whether a line of a configuration was made by a knock."""
        is_entry = len(parents) == 1 and is_extended(parents[0])
        return is_entry and opened_for(canonical_entry(line.strip())) is not None

    def standing(self, output: ShowOutput, at: Placement) -> tuple[TemporaryEntry, ...]:
        """Return what knocks have opened until now."""
        return tuple(
            TemporaryEntry(source, each.text, each.matches)
            for each in listed_entries(output, at.acl)
            if (source := opened_for(canonical_entry(each.text)))
        )

    def clearing(
        self, sources: Iterable[str], left: Iterable[TemporaryEntry], at: Placement, to: str | None
    ) -> tuple[str, ...]:
        """Return the lines that take entries out of the list."""
        wanted = set(sources)
        return tuple(f"no {each.text}" for each in left if each.source in wanted)

    def opened(self, way: WayIn, source: str) -> WayIn:
        """Return what filters once there are entries for ``source``."""
        us = (host(source),)
        return with_entries(way, lambda stage: _opened(stage.entries, us))


def slots_of(intent: Intent) -> tuple[tuple[Opening, ...], ...]:
    """Return the entries of each slot, that of probes last.

    No number is one that a reload would give another entry.
    """
    services = intent.service_ports
    numbers = (number for number in count(1) if number % _STEP)
    return tuple(
        tuple(
            Opening(number, *service)
            for number, service in zip(islice(numbers, len(services)), services, strict=True)
        )
        for _ in range(intent.grant_slots + bool(intent.probe_ports))
    )


def _opened(entries: tuple[Ace, ...], us: tuple[Addresses, ...]) -> tuple[Ace, ...]:
    texts = [canonical_entry(entry.text) for entry in entries]
    aims = [entries[i].destination for i, text in enumerate(texts) if hears(text)]
    if not aims:
        return entries
    shut = (entries[i] for i in sorted(own_marked(texts)) if not hears(texts[i]))
    granted = (
        replace(each, permits=True, source=us, destination=aims[0])
        for each in shut
        if not each.permits
    )
    return (*granted, *entries)
