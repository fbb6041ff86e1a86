"""Few packets decide: each kind that entries tell apart is among them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product

import pytest

from knockdeploy.ios.acl import ace_of, outcomes
from knockdeploy.ios.match import Ace, Packet
from knockdeploy.ios.packet_space import common, regions

TEXTS = (
    "permit ip any any",
    "permit tcp any 203.0.113.0 0.0.0.255 eq 22",
    "deny tcp host 192.0.2.7 host 203.0.113.10 range 22 80",
    "permit udp any eq 53 host 203.0.113.10",
    "permit tcp any any established",
    "permit icmp any 203.0.113.8 0.0.0.7",
    "deny ip any 10.0.0.0 0.255.255.255",
)
ENTRIES = tuple(ace_of(text, ()) for text in TEXTS)
ADDRESSES = [
    *("10.0.0.0", "10.9.9.9", "192.0.2.7", "203.0.113.0", "203.0.113.7", "203.0.113.8"),
    *("203.0.113.10", "203.0.113.15", "203.0.113.16", "203.0.114.0"),
]
PACKETS = [
    Packet(protocol, source, source_port, destination, port, ack)
    for protocol, ack in (("tcp", False), ("tcp", True), ("udp", False))
    for source, destination in product(ADDRESSES, ADDRESSES)
    for source_port, port in product((53, 50000), (21, 22, 80, 81))
] + [
    Packet("icmp", source, 0, destination, 0, ack=True)
    for source, destination in product(ADDRESSES, ADDRESSES)
]


def kinds(packets: Iterable[Packet], suspect: Ace) -> set[tuple[bool, ...]]:
    """Return which entries match the packets of a suspect, whatever their source."""
    return {
        tuple(entry.matches_from_somewhere(packet) for entry in ENTRIES)
        for packet in packets
        if suspect.matches_from_somewhere(packet)
    }


@pytest.mark.parametrize("suspect", ENTRIES, ids=TEXTS)
def test_a_packet_of_each_kind_is_looked_at(suspect: Ace) -> None:
    found = tuple(regions(suspect, ENTRIES))
    assert all(map(suspect.matches_from_somewhere, found))
    assert kinds(found, suspect) >= kinds(PACKETS, suspect)


@pytest.mark.parametrize("suspect", ENTRIES, ids=TEXTS)
def test_those_for_some_addresses_alone_are_for_these(suspect: Ace) -> None:
    own = ("203.0.113.10", "10.0.0.1")
    found = tuple(regions(suspect, ENTRIES, own))
    there = [each for each in PACKETS if each.destination == own[0]]
    assert {each.destination for each in found} <= {*own}
    assert kinds(found, suspect) >= kinds(there, suspect)


@pytest.mark.parametrize(
    ("some", "others"), [*combinations(range(len(ENTRIES)), 2)], ids=lambda at: TEXTS[at]
)
def test_what_two_lists_let_in_is_found_where_there_is_any(some: int, others: int) -> None:
    lists = ENTRIES[some : some + 1], ENTRIES[others : others + 1]

    def is_let_in_by_both(packet: Packet) -> bool:
        return all(True in outcomes(entries, packet) for entries in lists)

    found = common(*lists)
    assert found is None or is_let_in_by_both(found)
    assert (found is not None) == any(map(is_let_in_by_both, PACKETS))
