"""Packets that decide whether two filters differ: one for each region their entries tell apart.

Entries compare addresses and ports with ranges. A packet at the start of each range, and one just
behind its end, meets every combination that exists; so a finite number of packets decides.
Wildcards with holes are sampled at their two ends alone.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Address

from knockdeploy.ios import acl, ports
from knockdeploy.ios.match import ALL_ONES, ANY, PROTOCOLS, Ace, Addresses, Packet, Ranges

CLIENT_PORT = 50000
_WITH_PORTS = ("tcp", "udp")
_LIKELIEST_FIRST = (*_WITH_PORTS, *(name for name in PROTOCOLS if name not in _WITH_PORTS))
_ALL_PORTS: Ranges = ((0, ports.MAX_PORT),)
ANYWHERE = "0.0.0.0"  # noqa: S104  # the source of a packet that has none yet


def boundaries(sides: Iterable[tuple[Addresses, ...]]) -> list[int]:
    """Return the addresses at which some side begins or ceases to match, in order."""
    numbers: set[int] = set()
    for addresses in itertools.chain.from_iterable(sides):
        numbers.add(addresses.base)
        numbers.add((addresses.base | addresses.wildcard) + 1)
    return sorted(numbers)


def edges(numbers: Sequence[int], within: tuple[Addresses, ...]) -> Iterator[str]:
    """Yield those of the ``boundaries`` that are ``within``, and where that begins, in order."""
    found = {side.base for side in within}
    for side in within:
        first = bisect_left(numbers, side.base)
        behind = bisect_right(numbers, side.base | side.wildcard)
        near = numbers[first:behind]
        found.update(number for number in near if not (number ^ side.base) & ~side.wildcard)
    return map(_written, sorted(found))


@lru_cache(maxsize=16384)  # the same addresses are asked about for every service and state
def _written(address: int) -> str:
    return str(IPv4Address(address))


def regions(
    suspect: Ace, entries: Sequence[Ace], destinations: Collection[str] | None = None
) -> Iterator[Packet]:
    """Yield packets that ``suspect`` matches, sources apart, one of each region.

    ``destinations`` are the addresses of interest, None for all.
    """
    near = entries
    if suspect.destination != ANY:
        near = [entry for entry in entries if _meet(entry.destination, suspect.destination)]
    if destinations is None:
        targets = tuple(edges(boundaries(entry.destination for entry in near), suspect.destination))
    else:
        targets = tuple(
            each for each in destinations if any(each in side for side in suspect.destination)
        )
    kinds = tuple(_kinds(suspect, near))
    for destination, (protocol, source_port, port, ack) in itertools.product(targets, kinds):
        packet = Packet(protocol, ANYWHERE, source_port, destination, port, ack)
        if suspect.matches_from_somewhere(packet):
            yield packet


def _meet(some: tuple[Addresses, ...], others: tuple[Addresses, ...]) -> bool:
    return any(
        not (one.base ^ other.base) & ~one.wildcard & ~other.wildcard & ALL_ONES
        for one in some
        for other in others
    )


def _kinds(suspect: Ace, entries: Sequence[Ace]) -> Iterator[tuple[str, int, int, bool]]:
    """Yield protocol, source port, port and ACK of each kind of packet the entries tell apart."""
    known = [each for entry in entries for each in entry.traffic]
    for name in _LIKELIEST_FIRST:
        number = PROTOCOLS[name]
        mine = [each for each in suspect.traffic if each.protocol in {None, number}]
        if not mine:
            continue
        if name not in _WITH_PORTS:
            yield name, 0, 0, True
            continue
        others = [each for each in known if each.protocol in {None, number}]
        starts = _starts((each.ports for each in others), [each.ports for each in mine])
        sources = [
            CLIENT_PORT if start == 0 else start
            for start in _starts(
                (each.source_ports for each in others), [each.source_ports for each in mine]
            )
        ]
        for port, source_port in itertools.product(starts, sources):
            yield name, source_port, port, False
            if name == "tcp":
                yield name, source_port, port, True


def _starts(ranges: Iterable[Ranges | None], within: Sequence[Ranges | None]) -> list[int]:
    starts = {low for each in within for low, _ in each or _ALL_PORTS}
    for each in ranges:
        for low, high in each or ():
            starts |= {low, high + 1}
    return sorted(
        start
        for start in starts
        if any(low <= start <= high for each in within for low, high in each or _ALL_PORTS)
    )


def common(some: Sequence[Ace], others: Sequence[Ace]) -> Packet | None:
    """Return a packet that both lists may let in, or None."""
    for suspect in some:
        for packet in regions(suspect, (*some, *others)):
            near = [entry for entry in others if entry.matches_from_somewhere(packet)]
            if not near:
                continue
            for source in edges(boundaries(entry.source for entry in near), suspect.source):
                each = replace(packet, source=source)
                if all(True in acl.outcomes(entries, each) for entries in (some, near)):
                    return each
    return None
