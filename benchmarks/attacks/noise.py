"""How many of sixteen people get in: while a stranger sends to one port, or all at once."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from benchmarks.attacks.doors import ENGINES, Kind, door
from knockdeploy.rehearsal.stage import Stage
from knockdeploy.sequence import Knock

N_PEOPLE: Final = 16
_PAUSE_S: Final = 1.0
"""Between two knocks, as clients for phones have it, and as IOS-XE wants it."""
_TURN_S: Final = 20.0
"""From the first knock of one to that of the next: nobody spoils another's."""
_AT_ONCE_S: Final = 0.1
"""The same where all come at once."""
PATIENCE_S: Final = 30.0
"""So long one tries to log in after the last knock."""
_Event = tuple[float, str, Knock | None]
"""When, who, and what is knocked; None: whether it opened is looked at."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Packets of a stranger: how many a second, from how many addresses, and where to.

    That is the ``first`` knock, the ``last``, a ``decoy``, or ``both``: the first and the last one,
    a source's last some two seconds after its first.
    """

    per_second: float
    n_sources: int = 1
    to: str = "first"

    def packets(self, end_s: float) -> Iterator[tuple[float, str, str]]:
        """Yield when each comes, whence, and where to."""
        for n in range(int(end_s * self.per_second)):
            turn, is_last = divmod(n, 2) if self.to == "both" else (n, 0)
            source = (turn - is_last * ceil(self.per_second)) % self.n_sources
            to = ("first", "last")[is_last] if self.to == "both" else self.to
            yield n / self.per_second, f"198.51.100.{source + 1}", to


NOISES: Final = tuple(
    Noise(per_second, n_sources) for per_second in (0.5, 2, 50) for n_sources in (1, 100)
)


QUIET: Final = Noise(0)


def opened_of(kind: Kind, noise: Noise, n_people: int = N_PEOPLE, turn_s: float = _TURN_S) -> int:
    """Return how many of so many people were let in within half a minute of their last knock.

    One begins ``turn_s`` after the other.
    """
    with door(kind) as stage:
        return sum(_let_in(stage, noise, n_people, turn_s))


def _let_in(stage: Stage, noise: Noise, n_people: int, turn_s: float) -> Iterator[bool]:
    intent, start_s = stage.intent, stage.clock.now()
    targets = {"first": intent.ports[0], "last": intent.ports[-1], "decoy": intent.decoy_knocks[0]}
    people = [stage.visitor() for _ in range(n_people)]
    turns = [_PAUSE_S / 3 + turn_s * n for n in range(1, n_people + 1)]
    knocks: list[_Event] = [
        (turn + _PAUSE_S * n, person, knock)
        for turn, person in zip(turns, people, strict=True)
        for n, knock in enumerate(intent.ports)
    ]
    looks: list[_Event] = [
        (turn + _PAUSE_S * len(intent.ports) + PATIENCE_S, person, None)
        for turn, person in zip(turns, people, strict=True)
    ]
    sent: Iterator[_Event] = (
        (at_s, source, targets[to]) for at_s, source, to in noise.packets(turns[-1] + _TURN_S)
    )
    for at_s, who, knock in heapq.merge(sorted(knocks + looks, key=_when), sent, key=_when):
        stage.clock.advance(start_s + at_s - stage.clock.now())
        if knock is None:
            yield stage.is_open(who)
        else:
            stage.send(knock, who)


def _when(event: _Event) -> float:
    return event[0]


def told() -> Iterator[tuple[str, ...]]:
    """Yield the rows of classic IOS: a noise, and how many were let in with each engine."""
    decoyed = (Noise(0.1, to="decoy"), Noise(2, to="decoy"))
    yield from _rows((*NOISES, *decoyed), {"first": "a knock", "decoy": "a decoy"}, "ios")


def told_of_xe() -> Iterator[tuple[str, ...]]:
    """Yield the rows of IOS-XE, and at last that of sixteen people at once."""
    noises = (
        *(Noise(per_second, 1, "last") for per_second in (0.5, 2, 50)),
        *(Noise(per_second, 100, to) for per_second in (0.5, 2, 50) for to in ("first", "both")),
        Noise(2, to="decoy"),
    )
    words = {"first": "a knock", "last": "the last knock", "both": "the first and the last knock"}
    yield from _rows(noises, words | {"decoy": "a decoy"}, "cisco_xe")
    for n_people in (4, N_PEOPLE):
        kinds = [Kind(engine, platform="cisco_xe") for engine in ENGINES]
        counts = [opened_of(kind, QUIET, n_people, _AT_ONCE_S) for kind in kinds]
        found = (f"{count} of {n_people}" for count in counts)
        yield ("0", "", f"none: {n_people} people at once", *found)


def _rows(
    noises: Iterable[Noise], words: Mapping[str, str], platform: str
) -> Iterator[tuple[str, ...]]:
    yield ("packets a second", "from", "to", *(f"`{engine}`" for engine in ENGINES))
    for noise in noises:
        counts = (opened_of(Kind(engine, platform=platform), noise) for engine in ENGINES)
        found = (f"{count} of {N_PEOPLE}" for count in counts)
        sources = "1 address" if noise.n_sources == 1 else f"{noise.n_sources} addresses"
        yield (f"{noise.per_second:g}", sources, words[noise.to], *found)
