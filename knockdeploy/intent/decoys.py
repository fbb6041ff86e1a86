"""Decoys: ports that look like knocks from outside, and spoil the attempt of whoever tries them.

They follow from the knock alone, so that whoever has it has them. Nothing else may follow from
them: who has found all silent ports knows how decoys are made, and could try without a packet
which choice of knocks makes the others decoys. So each decoy is the *twin* of one knock, and twins
are mutual: of each pair either may be the one that is knocked, and nothing tells which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from knockdeploy.intent.port_ranges import KINDS
from knockdeploy.sequence import Knock


@lru_cache(maxsize=1024)  # an intent is asked for them by whoever shows, hides or judges a port
def decoys_of(
    knocks: tuple[Knock, ...], most: int, taken: frozenset[int] = frozenset()
) -> tuple[Knock, ...]:
    """Return at most so many decoys, one for a knock, in the order of their ports.

    None is ``taken``, nor has a knock that routers or scans use one, nor one whose twin is knocked.
    """
    pairs = sorted(_pairs(knocks, taken))[:most]  # in an order that is the same for both of a pair
    return tuple(sorted((decoy for _, decoy in pairs), key=lambda decoy: decoy.port))


def _pairs(knocks: tuple[Knock, ...], taken: frozenset[int]) -> Iterator[tuple[int, Knock]]:
    taken |= {knock.port for knock in knocks}
    for knock in knocks:
        twin = _twin(knock.port)
        if twin and twin not in taken:
            yield min(twin, knock.port), Knock(twin, knock.protocol)


def _twin(port: int) -> int | None:
    """Return the twin of a port, half its kind away; None where it has none."""
    for kind in KINDS:
        at, half = bisect_left(kind, port), len(kind) // 2
        if at < 2 * half and kind[at] == port:
            return kind[(at + half) % (2 * half)]
    return None
