"""What an inbound filter lets in, and in what two states of it differ."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from knockdeploy.intent import Intent
from knockdeploy.ios import acl, ports, view
from knockdeploy.ios.acl import Ace, Packet
from knockdeploy.ios.tree import Node
from knockdeploy.plan.samples import edges, regions

Filter = tuple[Ace, ...] | None  # None: nothing is filtered
_EVERYTHING = (Ace("permit ip any any", permits=True),)
_FILTERING = ("object-group ", "ip access-list extended ")


def inbound(config: Node, interface: str) -> Filter:
    """Return the entries that filter what comes in by ``interface``."""
    name = view.inbound_acl(config, interface)
    return acl.entries(config, name) or None if name else None


class Inbound:
    """The filter of one interface, state after state; read again only where its lines changed."""

    def __init__(self, interface: str) -> None:
        self._header = f"interface {interface}"
        self._interface = interface
        self._lines: tuple[Node, ...] = ()
        self._filter: Filter = None

    def of(self, config: Node) -> Filter:
        """Return the filter in ``config``: the very same one if nothing it rests on changed."""
        lines = tuple(
            node
            for node in config.children
            if node.text == self._header or node.text.startswith(_FILTERING)
        )
        if len(lines) != len(self._lines) or any(map(operator.is_not, lines, self._lines)):
            found = inbound(config, self._interface)
            self._lines = lines
            self._filter = self._filter if found == self._filter else found
        return self._filter


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
    negotiated: bool = False  # it may have any address then

    @classmethod
    def of(cls, intent: Intent, running: Node) -> Protected:
        """Return what this intent, and what was deployed before it, protects on this router."""
        wanted = {
            (protocol, service.port)
            for service in intent.services
            for protocol in service.protocol.split("-")
        }
        wanted |= set(_deployed(running, intent.names.service_group))
        knocks = {(knock.protocol.value, knock.port) for knock in intent.ports}
        return cls(
            services=tuple(sorted(wanted)),
            addresses=view.own_addresses(running),
            management=intent.management_sources,
            knocks=frozenset(knocks | set(_deployed(running, intent.names.knock_group))),
            negotiated=any(each.negotiated for each in view.interfaces(running).values()),
        )

    def is_management(self, source: str) -> bool:
        """Tell whether the source keeps its access whatever happens."""
        return any(IPv4Address(source) in network for network in self.management)


def _deployed(running: Node, group: str) -> Iterator[tuple[str, int]]:
    node = running.child(f"object-group service {group}")
    for member in node.children if node else ():
        words = member.text.split()
        protocols = {"tcp": ("tcp",), "udp": ("udp",), "tcp-udp": ("tcp", "udp")}.get(words[0], ())
        port = ports.number(words[-1], words[0])
        if port is not None:
            yield from ((protocol, port) for protocol in protocols)


def newly_open(before: Filter, now: Filter, protected: Protected) -> Packet | None:
    """Return a packet that opens a protected service now and did not before, or None."""
    if before is None or before is now:
        return None

    def opens_a_service(packet: Packet) -> bool:
        return packet.opens and (packet.protocol, packet.port) in protected.services

    targets = None if protected.negotiated else protected.addresses
    lost = _lost(now, before, opens_a_service, protected.management, targets)
    return next((each for each in lost if not protected.is_management(each.source)), None)


def newly_shut(before: Filter, now: Filter, protected: Protected) -> bool:
    """Tell whether some packet that got in before does not now, knock ports apart."""
    if now is None or before is now:
        return False

    def is_no_knock(packet: Packet) -> bool:
        return (packet.protocol, packet.port) not in protected.knocks

    return any(True for _ in _lost(before, now, is_no_knock))


def _lost(
    first: Filter,
    second: Filter,
    counts: Callable[[Packet], bool],
    networks: Sequence[IPv4Network] = (),
    destinations: Sequence[str] | None = None,
) -> Iterator[Packet]:
    """Yield packets that ``first`` lets in and ``second`` does not, of those that count."""
    some = _EVERYTHING if first is None else first
    others = _EVERYTHING if second is None else second
    extra = tuple((acl.masked(str(n.network_address), str(n.hostmask)),) for n in networks)
    for suspect in _suspects(some, others):
        for packet in filter(counts, regions(suspect, (*some, *others), destinations)):
            one = tuple(entry for entry in some if entry.matches_from_somewhere(packet))
            other = tuple(entry for entry in others if entry.matches_from_somewhere(packet))
            sides = (*(entry.source for entry in (*one, *other)), *extra)
            for source in edges(sides, suspect.source):
                each = replace(packet, source=source)
                if one and admitted(one, each) and not (other and admitted(other, each)):
                    yield each


def _suspects(first: tuple[Ace, ...], second: tuple[Ace, ...]) -> tuple[Ace, ...]:
    """Return the entries without which no packet would be lost from the first to the second.

    Narrow ones first. If some changed places, it may be any packet.
    """
    here, there = set(map(id, first)), set(map(id, second))  # equal entries are the same ones
    stayed = [entry for entry in first if id(entry) in there]
    if any(map(operator.is_not, stayed, (entry for entry in second if id(entry) in here))):
        return _EVERYTHING
    denying = (entry for entry in second if id(entry) not in here and not entry.permits)
    permitting = (
        entry for entry in first if id(entry) not in there and entry.permits and not entry.dynamic
    )
    return (*denying, *permitting)
