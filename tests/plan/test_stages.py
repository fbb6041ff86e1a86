"""Filters of several stages, and several on one way in: what differs between two of them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from knockdeploy.ios.acl import ace_of
from knockdeploy.ios.filters import Filter, FilterStage, WayIn, outcomes
from knockdeploy.ios.match import Ace, Packet
from knockdeploy.plan.exposure import closed, newly_open, newly_shut, opened
from knockdeploy.plan.model import Closed
from knockdeploy.recipe.protected import Protected

OWN = "203.0.113.10"
PROTECTED = Protected(
    (("tcp", 22),), (OWN,), (IPv4Network("192.0.2.0/24"),), frozenset({("udp", 46543)})
)
LIST = (
    "permit tcp 198.51.100.0 0.0.0.255 any eq 22",
    "deny tcp any any eq 22",
    "permit ip any any",
)
STAYS = ("permit tcp 198.51.100.0 0.0.0.255 any eq 22", "permit tcp any any established")
DROPS = ("permit tcp any host 203.0.113.10 eq 22",)


def acl(*entries: str) -> Filter:
    """An ACL: one admitting stage."""
    return Filter((stage(*entries),))


def stage(*entries: str, admits: bool = True) -> FilterStage:
    known = _KNOWN
    return FilterStage(tuple(known.setdefault(e, ace_of(e, ())) for e in entries), admits)


_KNOWN: dict[str, Ace] = {}  # an entry that stays is the same object
CLASSES = Filter((stage(*STAYS), stage(*DROPS, admits=False)), otherwise=True)
DROP_ALONE = Filter((stage(*DROPS, admits=False),), otherwise=True)
WAYS: dict[str, WayIn] = {
    "nothing": (),
    "list": (acl(*LIST),),
    "open list": (acl("permit ip any any"),),
    "drop": (DROP_ALONE,),
    "stay, drop": (CLASSES,),
    "drop, stay": (Filter((*reversed(CLASSES.stages),), otherwise=True),),
    "list and drop": (acl(*LIST), DROP_ALONE),
    "open list and stay, drop": (acl("permit ip any any"), CLASSES),
    "nothing passes": (Filter(()),),
    "denied, taken": (Filter((stage(LIST[0].replace("permit", "deny")), stage(LIST[0]))),),
}
SOURCES = ("198.51.100.7", "192.0.2.9", "8.8.8.8")
PACKETS = [
    Packet(protocol, source, 50000, to, port, ack)
    for source, to, port in itertools.product(SOURCES, (OWN, "10.9.9.9"), (22, 80))
    for protocol, ack in (("tcp", False), ("tcp", True), ("udp", False))
]


def gets_in(way: WayIn) -> set[Packet]:
    """Return what gets in, each filter read stage by stage as it is written."""
    return {packet for packet in PACKETS if all(_passes(each, packet) for each in way)}


def _passes(filter_: Filter, packet: Packet) -> bool:
    for each in filter_.stages:
        first = next((entry for entry in each.entries if entry.matches(packet)), None)
        if first and first.permits:
            return each.admits
    return filter_.otherwise


@pytest.mark.parametrize("name", WAYS)
def test_a_packet_fares_as_its_filters_say(name: str) -> None:
    for packet in PACKETS:
        assert outcomes(WAYS[name], packet) == {packet in gets_in(WAYS[name])}


@pytest.mark.parametrize(("before", "after"), [*itertools.permutations(WAYS, 2)])
def test_what_opens_and_what_shuts_between_two(before: str, after: str) -> None:
    had, has = (WAYS[before],), (WAYS[after],)
    gained = gets_in(has[0]) - gets_in(had[0])
    opens = {
        packet
        for packet in gained
        if (packet.protocol, packet.port, packet.destination) == ("tcp", 22, OWN)
        and not packet.ack
        and not packet.source.startswith("192.0.2.")
    }
    found = newly_open(had, has, PROTECTED)
    assert (found is not None) == bool(opens)
    assert bool(opened(had, has, PROTECTED)) == bool(opens)
    lost = gets_in(had[0]) - gets_in(has[0])
    assert newly_shut(had, has, PROTECTED) == bool(lost)


@pytest.mark.parametrize(
    ("before", "after", "entry"),
    [
        ("nothing", "drop", None),
        ("nothing", "stay, drop", None),
        ("list", "list and drop", LIST[0]),
        ("drop", "nothing passes", "none"),
        ("open list", "open list and stay, drop", "permit ip any any"),
        ("stay, drop", "drop", STAYS[0]),
        # What the list of one class denies goes on to the next class.
        ("denied, taken", "nothing passes", LIST[0]),
    ],
)
def test_who_loses_a_service_is_told_by_the_entry_that_let_in(
    before: str, after: str, entry: str | None
) -> None:
    told = closed((WAYS[before],), (WAYS[after],), PROTECTED)
    assert told == (() if entry == "none" else (Closed("22/tcp", entry),))


def test_who_loses_a_service_is_told_of_a_router_whose_addresses_nobody_knows() -> None:
    letting = "permit tcp any any eq 22"
    told = closed(
        ((acl(letting),),), ((acl("deny tcp any any eq 22"),),), replace(PROTECTED, addresses=())
    )
    assert told == (Closed("22/tcp", letting),)


def test_who_loses_a_service_at_an_address_that_is_negotiated_is_told_too() -> None:
    """The provider may always give the same one, for which an entry stands in the list."""
    letting = "permit tcp any host 203.0.113.9 eq 22"
    before = acl("permit tcp any host 10.1.1.1 eq 80", letting, "permit udp any any")
    after = acl("deny tcp any any eq 22", letting, "permit udp any any")
    inside = replace(PROTECTED, addresses=("10.1.1.1",))
    assert closed(((before,),), ((after,),), inside) == ()
    told = closed(((before,),), ((after,),), replace(inside, negotiated=True))
    assert told == (Closed("22/tcp", letting),)
