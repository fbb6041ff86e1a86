"""What people and strangers do at a door, and whether it did what it should."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice, permutations
from typing import Final

from knockdeploy.rehearsal.rig import Rig
from knockdeploy.sequence import Knock, Protocol

Knocks = tuple[Knock, ...]
_NOISE: Final = (Knock(33434, Protocol.UDP), Knock(8443, Protocol.TCP))
_MOST: Final = 40
"""Orders, or parts, that are tried: of five knocks there are 119 and 30."""


def right_knock(rig: Rig, _most: int) -> bool:
    """It opens, for its source alone, and ends with its lifetime; again, it opens again."""
    us, stranger = rig.visitor(), rig.visitor()
    rig.knock(_knocks(rig), us)
    return rig.is_open(us) and not rig.is_open(stranger)


def no_knock(rig: Rig, _most: int) -> bool:
    """Nobody is let in who has not knocked."""
    return not rig.is_open(rig.visitor())


def replay(rig: Rig, _most: int) -> bool:
    """What was opened is shut when its time is over, and a right knock opens again."""
    us = rig.visitor()
    rig.knock(_knocks(rig), us)
    rig.expire()
    is_over = not rig.is_open(us)
    rig.forget()
    rig.knock(_knocks(rig), us)
    return is_over and rig.is_open(us)


def noise(rig: Rig, _most: int) -> bool:
    """Packets to other ports between the knocks spoil nothing."""
    us = rig.visitor()
    rig.knock(_knocks(rig), us, noise=_NOISE)
    return rig.is_open(us)


def others(rig: Rig, _most: int) -> bool:
    """Somebody else's packet to a knock port, after each of ours, spoils nothing."""
    us, stranger = rig.visitor(), rig.visitor()
    ours = _knocks(rig)
    theirs = (*ours[1:], ours[0])
    woven = tuple(knock for pair in zip(ours, theirs, strict=True) for knock in pair)
    rig.knock(woven, us, stranger)
    return rig.is_open(us) and not rig.is_open(stranger)


def rollover(rig: Rig, _most: int) -> bool:
    """The right knock opens while the log numbers its millionth message."""
    return right_knock(rig.rolling_over(), _most)


def repeats(rig: Rig, _most: int) -> bool:
    """A step sent again after the next one, as clients do with a SYN, spoils nothing."""
    us = rig.visitor()
    first, second, *rest = _knocks(rig)
    rig.knock((first, second, first, *rest), us)
    return rig.is_open(us)


def decoys(rig: Rig, _most: int) -> bool:
    """The wrong knock of a proof opens nothing: beside a decoy the right order does not."""
    return _is_shut_to(rig, tuple(rig.intent.wrong_knock))


def wrong_orders(rig: Rig, most: int) -> bool:
    """No other order opens."""
    right = _knocks(rig)
    swaps = (_swapped(right, at) for at in range(len(right) - 1))
    rest = (order for order in permutations(right) if order != right)
    orders = (right[::-1], *swaps, *(islice(rest, most) if most else ()))
    return _stays_shut(rig, dict.fromkeys(orders))


def subsets(rig: Rig, most: int) -> bool:
    """No part of the knock opens."""
    right = _knocks(rig)
    parts = (part for size in range(len(right) - 1, 0, -1) for part in combinations(right, size))
    return _stays_shut(rig, islice(parts, most or len(right)))


def turns(rig: Rig, _most: int) -> bool:
    """Two addresses that share a knock open for neither."""
    one, other = rig.visitor(), rig.visitor()
    rig.knock(_knocks(rig), one, other)
    return not rig.is_open(one) and not rig.is_open(other)


def scans(rig: Rig, most: int) -> bool:
    """Sweeps up, down and at random open for nobody; other ports are not heard at all."""
    up = tuple(sorted(_knocks(rig), key=lambda knock: knock.port))
    drawn = random.Random(7)  # noqa: S311  # the same sweeps for everybody
    sweeps = [up, up[::-1]]
    for _ in range(max(2, most // 10)):
        sweep = list(up)
        drawn.shuffle(sweep)
        sweeps.append(tuple(sweep))
    return _stays_shut(rig, (sweep for sweep in sweeps if sweep != _knocks(rig)))


SCENARIOS: Final[dict[str, Callable[[Rig, int], bool]]] = {
    "no knock": no_knock,
    "right knock": right_knock,
    "decoys": decoys,
    "wrong orders": wrong_orders,
    "subsets": subsets,
    "two sources": turns,
    "scans": scans,
    "after expiry": replay,
    "noise": noise,
    "repeats": repeats,
    "others' packets": others,
    "rollover": rollover,
}
"""What is tried, in this order, a window apart. The number is how many orders and parts are."""
SAFETY: Final = frozenset({"no knock", "decoys", "wrong orders", "subsets", "two sources", "scans"})
"""Where one of these fails, somebody gets in who should not."""


def failing(rig: Rig, *, is_thorough: bool) -> Iterator[str]:
    """Yield the scenarios in which the door does not do what it should."""
    for name, holds in SCENARIOS.items():
        if not holds(rig, _MOST if is_thorough else 0):
            yield name
        rig.forget()


def _knocks(rig: Rig) -> Knocks:
    return tuple(rig.intent.sequence)


def _swapped(knocks: Knocks, at: int) -> Knocks:
    return (*knocks[:at], knocks[at + 1], knocks[at], *knocks[at + 2 :])


def _stays_shut(rig: Rig, knocks: Iterator[Knocks] | dict[Knocks, None]) -> bool:
    return all(_is_shut_to(rig, each) for each in knocks)


def _is_shut_to(rig: Rig, knocks: Sequence[Knock]) -> bool:
    us = rig.visitor()
    rig.knock(knocks, us)
    rig.forget()
    return not rig.is_open(us)
