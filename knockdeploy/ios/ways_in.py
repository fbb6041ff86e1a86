"""The whole path of a packet to a service of the router: everything that filters on the way.

The inbound ACL of the interface first, then the policy of its zone, then what the control plane
polices. That this is the order is inferred (ios-facts-more §A, §B): no document says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knockdeploy.ios import acl, zones
from knockdeploy.ios.filters import EVERYTHING, Filter, FilterStage, WayIn, inbound
from knockdeploy.ios.match import Ace
from knockdeploy.ios.packet_space import common
from knockdeploy.ios.policies import (
    AGGREGATE,
    DEFAULT,
    HOST,
    Condition,
    TrafficClass,
    classes,
    protocol_of,
)
from knockdeploy.ios.tree import Node

DECIDING: Final = (
    "object-group ", "ip access-list ", "class-map ", "policy-map ", "zone ", "zone-pair ",
    AGGREGATE,
)  # fmt: skip
"""How the lines begin, beside those of interfaces, that decide what comes in."""

_SOMETHING: Final = Ace("what nobody can tell", permits=True, exact=False)


def way_in(config: Node, interface: str) -> WayIn:
    """Return everything that filters what comes to the router's services by an interface."""
    return (*to_control_plane(config, interface), *policed(config))


def to_control_plane(config: Node, interface: str) -> WayIn:
    """Return what filters before the control plane sees a packet: there knocks are heard.

    The inbound ACL; the policy of the interface's zone is the filter behind it.
    """
    return (*inbound(config, interface), *zoned(config, interface))


def zoned(config: Node, interface: str) -> WayIn:
    """Return what the policy from the interface's zone to the router itself lets in.

    A pair without a policy is taken to filter nothing, as no pair does (ios-facts-more §A: the
    router's own zone lets in everything until it is told otherwise).
    """
    pair = zones.to_self(config, interface)
    return policy_of(config, pair) if pair else ()


def policy_of(config: Node, pair: zones.Pair) -> WayIn:
    """Return what the policy of a pair lets in; () where it has none."""
    if pair.policy is None:
        return ()
    found = zones.classes(config, pair)
    stages = (stage for each in found if each.name != DEFAULT for stage in _admitting(config, each))
    rest = any(each.passes for each in found if each.name == DEFAULT)
    return (Filter(tuple(stages), otherwise=rest),)


def _admitting(config: Node, each: TrafficClass) -> Iterator[FilterStage]:
    """Yield the stages of a firewall's class.

    One that inspects lets in the packets of its sessions alone: of one under way nobody can tell.
    """
    for entries in taken(config, each):
        if each.inspects:
            under_way = (replace(one, established=True, exact=False) for one in entries)
            yield FilterStage(tuple(under_way), admits=False)
        yield FilterStage(entries, admits=each.passes)


def policed(config: Node) -> WayIn:
    """Return what the control plane drops: on all its paths, then on that to the router itself.

    A class that polices lets in what conforms.
    """
    return tuple(each for _, each in policies_that_drop(config))


def policies_that_drop(config: Node) -> Iterator[tuple[str, Filter]]:
    """Yield the policies on the control plane that drop something: name, and what it lets in."""
    for path in (AGGREGATE, HOST):
        found = classes(config, path)
        if any(each.drops for each in found):
            yield found[0].policy, _filter(config, found)


def _filter(config: Node, found: tuple[TrafficClass, ...]) -> Filter:
    """Return the filter of a policy; class-default takes what is left, wherever it is printed."""
    return Filter(
        tuple(
            FilterStage(entries, admits=not each.drops)
            for each in found
            if each.name != DEFAULT
            for entries in taken(config, each)
        ),
        otherwise=not any(each.drops for each in found if each.name == DEFAULT),
    )


def taken(config: Node, each: TrafficClass) -> Iterator[tuple[Ace, ...]]:
    """Yield lists of what a class takes: what any of them permits is in it, or may be."""
    found = [_matched(config, condition) for condition in each.conditions]
    if len(found) == 1 or not each.needs_all:
        yield from found
    elif found:  # what is in all of them is in the first, and may be in the others
        known = next((one for one in found if one[0] is not _SOMETHING), (_SOMETHING,))
        yield tuple(replace(one, exact=one.exact and not one.permits) for one in known)


def may_take(config: Node, each: TrafficClass, packets: Sequence[Ace]) -> bool:
    """Tell whether a class may take some of these packets: where that cannot be told, it may."""
    if each.name == DEFAULT:
        return True
    answers = [
        condition.words != ("protocol", "arp")
        and common(packets, _matched(config, condition)) is not None
        for condition in each.conditions
    ]
    return bool(answers) and (all(answers) if each.needs_all else any(answers))


def _matched(config: Node, condition: Condition) -> tuple[Ace, ...]:
    """Return what a match line takes, ``_SOMETHING`` where that is not ours to evaluate."""
    if condition.words == ("any",) and not condition.negated:
        return (EVERYTHING,)
    if (name := protocol_of(condition.words)) and not condition.negated:
        return (acl.ace_of(f"permit {name} any any", ()),)
    if condition.words[0] == "access-group" and not condition.negated:
        return acl.entries(config, condition.words[-1]) or (_SOMETHING,)
    return (_SOMETHING,)
