"""What an inbound filter lets in: compared between two states by packets chosen from its edges.

Entries compare addresses and ports with ranges. A packet at the start of each range, and one just
behind its end, meets every combination that exists; so a finite number of packets decides.
Wildcards with holes are sampled at their two ends alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from knockdeploy.intent import Intent
from knockdeploy.ios import acl, ports, view
from knockdeploy.ios.acl import Ace, Packet
from knockdeploy.ios.tree import Node

Filter = tuple[Ace, ...] | None  # None: nothing is filtered
_CLIENT_PORT = 50000  # any port of a client: which one it has decides nothing in our entries
_LAST = 0xFFFFFFFF


def inbound(config: Node, interface: str) -> Filter:
    """Return the entries that filter what comes in by ``interface``."""
    found = view.interfaces(config).get(interface)
    return acl.entries(config, found.acl_in) or None if found and found.acl_in else None


def admitted(entries: Filter, packet: Packet) -> bool:
    """Tell whether the packet may get in: where the ACL leaves it open, it may."""
    return True in acl.outcomes(entries, packet)


def surely_admitted(entries: Filter, packet: Packet) -> bool:
    """Tell whether the packet gets in whatever the ACL leaves open."""
    return acl.outcomes(entries, packet) == {True}


@dataclass(frozen=True, slots=True)
class Protected:
    """The services of a router that the knock opens, and who keeps reaching them without one."""

    services: tuple[tuple[str, int], ...]  # protocol and port
    addresses: tuple[str, ...]
    management: tuple[IPv4Network, ...]
    knocks: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, intent: Intent, running: Node) -> Protected:
        """Return what this intent, and what was deployed before it, protects on this router."""
        wanted = {
            (protocol, service.port)
            for service in intent.services
            for protocol in service.protocol.split("-")
        }
        wanted |= set(_deployed_services(running, intent.names.service_group))
        return cls(
            services=tuple(sorted(wanted)),
            addresses=view.own_addresses(running),
            management=intent.management_sources,
            knocks=frozenset((knock.protocol.value, knock.port) for knock in intent.ports),
        )

    def openings(self, sources: Iterable[str]) -> Iterator[Packet]:
        """Yield the packets that would open a protected service from each source."""
        for source, destination in itertools.product(sources, self.addresses):
            for protocol, port in self.services:
                yield Packet(protocol, source, _CLIENT_PORT, destination, port)

    def is_management(self, source: str) -> bool:
        """Tell whether the source keeps its access whatever happens."""
        return any(IPv4Address(source) in network for network in self.management)


def _deployed_services(running: Node, group: str) -> Iterator[tuple[str, int]]:
    node = running.child(f"object-group service {group}")
    for member in node.children if node else ():
        words = member.text.split()
        protocols = {"tcp": ("tcp",), "udp": ("udp",), "tcp-udp": ("tcp", "udp")}.get(words[0], ())
        port = ports.number(words[-1], words[0])
        if port is not None:
            yield from ((protocol, port) for protocol in protocols)


def edges(entries: Iterable[Ace], extra: Iterable[IPv4Network] = ()) -> tuple[str, ...]:
    """Return the source addresses at which some entry begins or ceases to match."""
    numbers = {0, _LAST}
    for entry in entries:
        for addresses in entry.source:
            numbers |= {addresses.base, (addresses.base | addresses.wildcard) + 1}
    for network in extra:
        numbers |= {int(network.network_address), int(network.broadcast_address) + 1}
    return tuple(str(IPv4Address(n)) for n in sorted(numbers) if n <= _LAST)


def newly_open(before: Filter, now: Filter, protected: Protected) -> Packet | None:
    """Return a packet that opens a protected service now and did not before, or None."""
    if before == now or before is None:
        return None
    sources = edges((*before, *(now or ())), protected.management)
    for packet in protected.openings(sources):
        opens = admitted(now, packet) and not admitted(before, packet)
        if opens and not protected.is_management(packet.source):
            return packet
    return None


def newly_shut(before: Filter, now: Filter, protected: Protected) -> bool:
    """Tell whether some packet that got in before does not now, knock ports apart."""
    if before == now or now is None:
        return False
    both = (*(before or ()), *now)
    return any(
        admitted(before, packet) and not admitted(now, packet)
        for packet in _representatives(both, _changed(before, now), protected)
    )


def _changed(before: Filter, now: Filter) -> tuple[Ace, ...]:
    """Return the entries that only one of the two has: nothing else can decide differently."""
    if before is None:
        return ()
    old, new = set(before), set(now or ())
    return tuple(entry for entry in (*before, *(now or ())) if (entry in old) != (entry in new))


def _representatives(
    entries: Sequence[Ace], changed: Sequence[Ace], protected: Protected
) -> Iterator[Packet]:
    """Yield packets from every region the entries tell apart, the likeliest to differ first."""
    sources = edges(entries)
    yield from protected.openings(sources)
    destinations = _destination_edges(entries)
    kinds = tuple(_kinds(entries))
    for source, destination in itertools.product(sources, destinations):
        for protocol, port, ack in kinds:
            packet = Packet(protocol, source, _CLIENT_PORT, destination, port, ack)
            if (protocol, port) in protected.knocks:
                continue
            if not changed or any(entry.matches(packet) for entry in changed):
                yield packet


def _destination_edges(entries: Sequence[Ace]) -> tuple[str, ...]:
    numbers = {0, _LAST}
    for entry in entries:
        for addresses in entry.destination:
            numbers |= {addresses.base, (addresses.base | addresses.wildcard) + 1}
    return tuple(str(IPv4Address(n)) for n in sorted(numbers) if n <= _LAST)


def _kinds(entries: Sequence[Ace]) -> Iterator[tuple[str, int, bool]]:
    starts = {0}
    for entry in entries:
        for service in entry.services:
            for low, high in service.ports or ():
                starts |= {low, high + 1}
    for port in sorted(start for start in starts if start <= ports.MAX_PORT):
        yield from (("tcp", port, False), ("tcp", port, True), ("udp", port, False))
    yield from (("icmp", 0, True), ("gre", 0, True), ("esp", 0, True))
