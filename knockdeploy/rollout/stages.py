"""Stages: which routers go first, and how many at a time after them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

CANARY: Final = "canary"


@dataclass(frozen=True, slots=True)
class Stage:
    """Routers that are changed side by side; the next stage waits for all of them."""

    name: str
    hosts: tuple[str, ...]

    @property
    def is_canary(self) -> bool:
        """Whether any failure here stops the run."""
        return self.name == CANARY


def amount(share: int | str, n_routers: int) -> int:
    """Return how many of so many routers ``3`` or ``25%`` are, rounded up."""
    if isinstance(share, int):
        return share
    return math.ceil(int(share.removesuffix("%")) * n_routers / 100)


def plan_stages(
    hosts: Sequence[str],
    canary: int | Collection[str],
    batch: int | str,
    sites: Mapping[str, str],
) -> tuple[Stage, ...]:
    """Return the canary, a batch, two batches, four, and so on until every host has its stage.

    ``canary`` are names, or how many are taken from as many different ``sites`` as there are.
    """
    first = spread(hosts, canary, sites) if isinstance(canary, int) else tuple(canary)
    chosen = frozenset(first)
    rest = [host for host in hosts if host not in chosen]
    batches = tuple(_doubling(rest, max(1, amount(batch, len(hosts)))))
    stages = [Stage(CANARY, first)] if first else []
    return (*stages, *(Stage(f"batch {k}", each) for k, each in enumerate(batches, 1)))


def without(
    stages: Iterable[Stage], done: Collection[str], stood: Collection[str] = ()
) -> tuple[Stage, ...]:
    """Return the stages with the routers that are left; what is empty is left out.

    Not those, by name, of which routers that ``stood`` their turn are to be looked at again.
    """
    left = (
        replace(stage, hosts=tuple(host for host in stage.hosts if host not in done))
        for stage in stages
    )
    return tuple(stage for stage in left if stage.hosts or stage.name in stood)


def with_canaries(stages: Sequence[Stage], more: Collection[str]) -> tuple[Stage, ...]:
    """Return the stages with these routers in the first, the canary; what is empty is left out."""
    canary, *others = stages
    return (replace(canary, hosts=(*canary.hosts, *more)), *without(others, frozenset(more)))


def spread(hosts: Sequence[str], number: int, sites: Mapping[str, str]) -> tuple[str, ...]:
    """Return so many hosts, each of another site as long as there is one, in their order."""
    by_site = {sites.get(host, host): host for host in reversed(hosts)}
    of_each = frozenset(by_site.values())
    ordered = [*(h for h in hosts if h in of_each), *(h for h in hosts if h not in of_each)]
    return tuple(ordered[:number])


def _doubling(hosts: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    start = 0
    while start < len(hosts):
        yield tuple(hosts[start : start + size])
        start, size = start + size, 2 * size
