"""How many of sixteen people get in while a stranger sends to one knock port, or to one decoy."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.attacks.doors import XE, Kind, door
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.rehearsal.rig import Rig
from knockdeploy.sequence import Knock

N_PEOPLE: Final = 16
_PAUSE_S: Final = 1.0
"""Between two knocks, as clients for phones have it."""
_TURN_S: Final = 20.7
"""From the first knock of one to that of the next: nobody spoils another's."""
PATIENCE_S: Final = 30.0
"""So long one tries to log in after the last knock."""
_Event = tuple[float, str, Knock | None]
"""When, who, and what is knocked; None: whether it opened is looked at."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Packets of a stranger: how many a second, from how many addresses, and where to."""

    per_second: float
    n_sources: int = 1
    to_decoy: bool = False

    def packets(self, end_s: float) -> Iterator[tuple[float, str]]:
        """Yield when each comes, and whence."""
        sources = itertools.cycle(f"198.51.100.{n + 1}" for n in range(self.n_sources))
        for n in range(int(end_s * self.per_second)):
            yield n / self.per_second, next(sources)


NOISES: Final = tuple(
    Noise(per_second, n_sources) for per_second in (0.5, 2, 50) for n_sources in (1, 100)
)


_ON_XE: Final = Kind("applet", "interface-acl", platform="iosxe", grant_slots=N_PEOPLE)
DOORS: Final = {
    "`applet`": Kind("applet", "interface-acl"),
    "`tcl`": Kind("tcl", "interface-acl"),
    f"`applet`, {XE}": _ON_XE,
    f"`tcl`, {XE}": replace(_ON_XE, engine="tcl"),
    f"`applet`, {XE}, a line a second in all": replace(
        _ON_XE, behaviour=Behaviour(acl_log_limit="list")
    ),
}
"""On IOS-XE it is open whether the limit of a line a second is one source's or the list's."""


def opened_of(kind: Kind, noise: Noise, n_people: int = N_PEOPLE) -> int:
    """Return how many of so many people, one after the other, were let in within half a minute."""
    with door(kind) as rig:
        return sum(_let_in(rig, noise, n_people))


def _let_in(rig: Rig, noise: Noise, n_people: int) -> Iterator[bool]:
    intent, start_s = rig.intent, rig.clock.now()
    (target, *_) = intent.decoy_knocks if noise.to_decoy else intent.ports
    people = [rig.visitor() for _ in range(n_people)]
    pause_s = max(_PAUSE_S, intent.timed_knock.spacing_ms / 1000)
    turns = [_PAUSE_S / 3 + _TURN_S * n for n in range(1, n_people + 1)]
    knocks: list[_Event] = [
        (turn + pause_s * n, person, knock)
        for turn, person in zip(turns, people, strict=True)
        for n, knock in enumerate(intent.ports)
    ]
    looks: list[_Event] = [
        (turn + pause_s * len(intent.ports) + PATIENCE_S, person, None)
        for turn, person in zip(turns, people, strict=True)
    ]
    sent: Iterator[_Event] = (
        (at_s, source, target) for at_s, source in noise.packets(turns[-1] + _TURN_S)
    )
    for at_s, who, knock in heapq.merge(sorted(knocks + looks, key=_when), sent, key=_when):
        rig.clock.advance(start_s + at_s - rig.clock.now())
        if knock is None:
            yield rig.is_open(who)
        else:
            rig.send(knock, who)


def _when(event: _Event) -> float:
    return event[0]


def told() -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table: a noise, and how many were let in with each engine."""
    yield ("packets a second", "from", "to", *DOORS)
    decoyed = (Noise(0.1, to_decoy=True), Noise(2, to_decoy=True))
    for noise in (*NOISES, *decoyed):
        counts = (opened_of(kind, noise) for kind in DOORS.values())
        found = (f"{count} of {N_PEOPLE}" for count in counts)
        sources = "1 address" if noise.n_sources == 1 else f"{noise.n_sources} addresses"
        yield (f"{noise.per_second:g}", sources, "a decoy" if noise.to_decoy else "a knock", *found)
