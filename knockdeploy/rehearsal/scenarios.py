"""What people and strangers do at a door, and whether it did what it should."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice, permutations
from typing import Final

from knockdeploy.rehearsal.stage import Stage
from knockdeploy.sequence import Knock, Protocol

Knocks = tuple[Knock, ...]
_NOISE: Final = (Knock(33434, Protocol.UDP), Knock(8443, Protocol.TCP))
_MOST: Final = 40
"""Orders, or parts, that are tried: of five knocks there are 119 and 30."""


def right_knock(stage: Stage, _most: int) -> bool:
    """It opens, for its source alone, and ends with its lifetime; again, it opens again."""
    us, stranger = stage.visitor(), stage.visitor()
    stage.knock(_knocks(stage), us)
    return stage.is_open(us) and not stage.is_open(stranger)


def no_knock(stage: Stage, _most: int) -> bool:
    """Nobody is let in who has not knocked."""
    return not stage.is_open(stage.visitor())


def replay(stage: Stage, _most: int) -> bool:
    """What was opened is shut when its time is over, and a right knock opens again."""
    us = stage.visitor()
    stage.knock(_knocks(stage), us)
    stage.expire()
    is_over = not stage.is_open(us)
    stage.forget()
    stage.knock(_knocks(stage), us)
    return is_over and stage.is_open(us)


def noise(stage: Stage, _most: int) -> bool:
    """Packets to other ports between the knocks spoil nothing."""
    us = stage.visitor()
    stage.knock(_knocks(stage), us, noise=_NOISE)
    return stage.is_open(us)


def others(stage: Stage, _most: int) -> bool:
    """Somebody else's packet to a knock port, after each of ours, spoils nothing."""
    us, stranger = stage.visitor(), stage.visitor()
    ours = _knocks(stage)
    theirs = (*ours[1:], ours[0])
    woven = tuple(knock for pair in zip(ours, theirs, strict=True) for knock in pair)
    stage.knock(woven, us, stranger)
    return stage.is_open(us) and not stage.is_open(stranger)


def rollover(stage: Stage, _most: int) -> bool:
    """The right knock opens while the log numbers its millionth message."""
    return right_knock(stage.rolling_over(), _most)


def repeats(stage: Stage, _most: int) -> bool:
    """A step sent again after the next one, as clients do with a SYN, spoils nothing."""
    us = stage.visitor()
    first, second, *rest = _knocks(stage)
    stage.knock((first, second, first, *rest), us)
    return stage.is_open(us)


def decoys(stage: Stage, _most: int) -> bool:
    """The wrong knock of a proof opens nothing: beside a decoy the right order does not."""
    return _is_shut_to(stage, tuple(stage.intent.wrong_knock))


def wrong_orders(stage: Stage, most: int) -> bool:
    """No other order opens."""
    right = _knocks(stage)
    swaps = (_swapped(right, at) for at in range(len(right) - 1))
    rest = (order for order in permutations(right) if order != right)
    orders = (right[::-1], *swaps, *(islice(rest, most) if most else ()))
    return _stays_shut(stage, dict.fromkeys(orders))


def subsets(stage: Stage, most: int) -> bool:
    """No part of the knock opens."""
    right = _knocks(stage)
    parts = (part for size in range(len(right) - 1, 0, -1) for part in combinations(right, size))
    return _stays_shut(stage, islice(parts, most or len(right)))


def turns(stage: Stage, _most: int) -> bool:
    """Two addresses that share a knock open for neither."""
    one, other = stage.visitor(), stage.visitor()
    stage.knock(_knocks(stage), one, other)
    return not stage.is_open(one) and not stage.is_open(other)


def scans(stage: Stage, most: int) -> bool:
    """Sweeps up, down and at random open for nobody; other ports are not heard at all."""
    up = tuple(sorted(_knocks(stage), key=lambda knock: knock.port))
    drawn = random.Random(7)  # noqa: S311  # the same sweeps for everybody
    sweeps = [up, up[::-1]]
    for _ in range(max(2, most // 10)):
        sweep = list(up)
        drawn.shuffle(sweep)
        sweeps.append(tuple(sweep))
    return _stays_shut(stage, (sweep for sweep in sweeps if sweep != _knocks(stage)))


SCENARIOS: Final[dict[str, Callable[[Stage, int], bool]]] = {
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


def failing(stage: Stage, *, is_thorough: bool) -> Iterator[str]:
    """Yield the scenarios in which the door does not do what it should."""
    for name, holds in SCENARIOS.items():
        if not holds(stage, _MOST if is_thorough else 0):
            yield name
        stage.forget()


def _knocks(stage: Stage) -> Knocks:
    return tuple(stage.intent.sequence)


def _swapped(knocks: Knocks, at: int) -> Knocks:
    return (*knocks[:at], knocks[at + 1], knocks[at], *knocks[at + 2 :])


def _stays_shut(stage: Stage, knocks: Iterator[Knocks] | dict[Knocks, None]) -> bool:
    return all(_is_shut_to(stage, each) for each in knocks)


def _is_shut_to(stage: Stage, knocks: Sequence[Knock]) -> bool:
    us = stage.visitor()
    stage.knock(knocks, us)
    stage.forget()
    return not stage.is_open(us)
