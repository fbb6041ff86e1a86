"""What filters packets on their way in: stages, each of which admits or drops some of them.

An ACL is one stage that admits, and the rest is dropped behind it. A class with `drop` is a stage
that does not admit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from knockdeploy.ios import acl, view
from knockdeploy.ios.match import Ace, Packet
from knockdeploy.ios.tree import Node

EVERYTHING = Ace("permit ip any any", permits=True)


@dataclass(frozen=True, slots=True)
class FilterStage:
    """What its entries permit is let in if it ``admits``, else dropped; the rest goes on."""

    entries: tuple[Ace, ...]
    admits: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """Stages in their order; what none of them takes is let in ``otherwise``, or dropped."""

    stages: tuple[FilterStage, ...]
    otherwise: bool = False

    @property
    def entries(self) -> tuple[Ace, ...]:
        """Every entry of every stage."""
        if len(self.stages) == 1:
            return self.stages[0].entries
        return tuple(entry for stage in self.stages for entry in stage.entries)

    def outcomes(self, packet: Packet) -> frozenset[bool]:
        """Return what may happen to the packet: {True} let in, {False} dropped, or both."""
        possible = set()
        for stage in self.stages:
            taken = acl.outcomes(stage.entries, packet) if stage.entries else frozenset({False})
            if True in taken:
                possible.add(stage.admits)
            if False not in taken:
                return frozenset(possible)
        return frozenset(possible | {self.otherwise})


WayIn = tuple[Filter, ...]
"""Every filter on one way in; each must admit a packet. () filters nothing."""

Filters = tuple[WayIn, ...]
"""Those of each way in."""


def outcomes(way: WayIn, packet: Packet) -> frozenset[bool]:
    """Return what may happen to a packet that comes this way."""
    each = [filter_.outcomes(packet) for filter_ in way]
    possible = {True} if all(True in one for one in each) else set()
    return frozenset(possible | {False} if any(False in one for one in each) else possible)


def admitted(way: WayIn, packet: Packet) -> bool:
    """Tell whether the packet may get in: where the filters leave it open, it may."""
    return all(True in each.outcomes(packet) for each in way)


def surely_admitted(way: WayIn, packet: Packet) -> bool:
    """Tell whether the packet gets in whatever the filters leave open."""
    return all(each.outcomes(packet) == {True} for each in way)


def with_entries(way: WayIn, changed: Callable[[FilterStage], Iterable[Ace]]) -> WayIn:
    """Return the way with the entries of each stage that ``changed`` makes of it."""
    return tuple(
        Filter(
            tuple(FilterStage(tuple(changed(stage)), stage.admits) for stage in each.stages),
            each.otherwise,
        )
        for each in way
    )


def near(way: WayIn, keeps: Callable[[Ace], bool]) -> WayIn:
    """Return the way with the entries that ``keeps`` keeps: most are for another packet."""
    return with_entries(way, lambda stage: filter(keeps, stage.entries))


def entries_of(way: WayIn) -> tuple[Ace, ...]:
    """Return every entry on the way; one that takes everything where nothing filters."""
    if len(way) == 1:
        return way[0].entries
    return tuple(entry for each in way for entry in each.entries) if way else (EVERYTHING,)


def admitting(entries: Iterable[Ace]) -> WayIn:
    """Return what an ACL of these entries is."""
    return (Filter((FilterStage(tuple(entries)),)),)


def inbound(config: Node, interface: str) -> WayIn:
    """Return what the inbound ACL of ``interface`` filters; () where it has no entry.

    With a common one before it, IOS-XE reads the entries of that one first.
    """
    *common, last = view.inbound_lists(config, interface) or ("",)
    before = [entry for name in common for entry in acl.entries(config, name) or ()]
    behind = acl.entries(config, last) or ((EVERYTHING,) if before else ())
    return admitting((*before, *behind)) if behind else ()
