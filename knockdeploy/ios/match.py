"""What an entry of an ACL is made of, and which packets it matches."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Self

PROTOCOLS = {
    "ahp": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "igmp": 2, "igrp": 9, "ipinip": 4,
    "nos": 94, "ospf": 89, "pcp": 108, "pim": 103, "sctp": 132, "tcp": 6, "udp": 17,
}  # fmt: skip
ALL_ONES = 0xFFFFFFFF
Ranges = tuple[tuple[int, int], ...]


@functools.lru_cache(maxsize=65536)
def integer(address: str) -> int:
    """Return an address as a number."""
    return int(IPv4Address(address))


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet as an ACL sees it; ``ack`` is set on TCP packets that belong to a session.

    ``path`` is that of the control plane by which it comes, if it is for the router: with IP
    options, or with a TTL that ends there, it is not the host path (ios-facts-more §B).
    """

    protocol: str
    source: str
    source_port: int
    destination: str
    port: int
    ack: bool = False
    path: str = "control-plane host"

    @property
    def opens(self) -> bool:
        """Whether it can open something: TCP without ACK, or any UDP."""
        return not self.ack


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that equal ``base`` in every bit that ``wildcard`` leaves unset.

    ``sure`` is False where it is some of these, and nobody can tell which.
    """

    base: int
    wildcard: int
    sure: bool = True

    def __contains__(self, address: str) -> bool:
        return not (integer(address) ^ self.base) & ~self.wildcard & ALL_ONES


ANY: tuple[Addresses, ...] = (Addresses(0, ALL_ONES),)


@dataclass(frozen=True, slots=True)
class Traffic:
    """A protocol (None: all of IP) with ranges of source and destination ports (None: all).

    ``sure`` is False where it is a part of that, and nobody can tell which.
    """

    protocol: int | None
    source_ports: Ranges | None = None
    ports: Ranges | None = None
    sure: bool = True

    @classmethod
    def to(cls, protocol: str, port: int) -> Self:
        """Return what is for one port."""
        return cls(PROTOCOLS[protocol], None, ((port, port),))

    def matches(self, packet: Packet) -> bool:
        """Tell whether the packet is part of it."""
        if self.protocol is not None and self.protocol != PROTOCOLS[packet.protocol]:
            return False
        return is_within(packet.source_port, self.source_ports) and is_within(
            packet.port, self.ports
        )


def is_within(port: int, ranges: Ranges | None) -> bool:
    """Tell whether a port lies in one of the ranges; None: all ports."""
    if ranges is None:
        return True
    for low, high in ranges:  # noqa: SIM110  # as below
        if low <= port <= high:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Ace:
    """One entry. ``exact`` is False where it also asks for something we do not evaluate."""

    text: str
    permits: bool
    traffic: tuple[Traffic, ...] = (Traffic(None),)
    source: tuple[Addresses, ...] = ANY
    destination: tuple[Addresses, ...] = ANY
    established: bool = False
    dynamic: str | None = None
    exact: bool = True
    number: int | None = field(default=None, compare=False)

    def matches(self, packet: Packet) -> bool:
        """Tell whether the packet may match: surely, if the entry is exact."""
        # the source first: of entries for one port, it is what they differ in
        return _is_in(packet.source, self.source) and self.matches_from_somewhere(packet)

    def surely_matches(self, packet: Packet) -> bool:
        """Tell of a packet that may match whether it does."""
        return self.is_sure_of(packet) and any(
            each.sure and packet.source in each for each in self.source
        )

    def is_sure_of(self, packet: Packet) -> bool:
        """Tell of a packet that may match whether it does, its source apart."""
        return (
            self.exact
            and any(each.sure and packet.destination in each for each in self.destination)
            and any(each.sure and each.matches(packet) for each in self.traffic)
        )

    def matches_from_somewhere(self, packet: Packet) -> bool:
        """Tell whether the packet would match if it came from an address of the entry."""
        if self.established and not packet.ack:
            return False
        if not _is_in(packet.destination, self.destination):
            return False
        for traffic in self.traffic:  # noqa: SIM110  # as below
            if traffic.matches(packet):
                return True
        return False


def _is_in(address: str, side: tuple[Addresses, ...]) -> bool:
    number = integer(address)
    for addresses in side:  # noqa: SIM110  # a loop: it runs for every entry and packet
        if not (number ^ addresses.base) & ~addresses.wildcard & ALL_ONES:
            return True
    return False


def host(address: str) -> Addresses:
    """Return one address."""
    return Addresses(integer(address), 0)


def of_network(network: IPv4Network) -> Addresses:
    """Return the addresses of a prefix."""
    return Addresses(int(network.network_address), int(network.hostmask))


def with_wildcard(address: str, wildcard: str) -> Addresses:
    """Return the addresses of ``address wildcard``, the base without the bits that may vary."""
    bits = integer(wildcard)
    return Addresses(integer(address) & ~bits & ALL_ONES, bits)
