"""What an inbound filter lets in, and in what two states of it differ."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import groupby

from knockdeploy.intent import Intent
from knockdeploy.ios import acl, ports, view
from knockdeploy.ios.acl import Ace, Packet
from knockdeploy.ios.tree import Node
from knockdeploy.plan.packet_space import ANYWHERE, CLIENT_PORT, edges, regions

Filter = tuple[Ace, ...] | None  # None: nothing is filtered
Filters = tuple[Filter, ...]  # of each interface where the Internet comes in
_EVERYTHING = (Ace("permit ip any any", permits=True),)
_FILTERING = ("object-group ", "ip access-list extended ")


def inbound(config: Node, interface: str) -> Filter:
    """Return the entries that filter what comes in by ``interface``."""
    name = view.inbound_acl(config, interface)
    return acl.entries(config, name) or None if name else None


class Inbound:
    """The filters of the interfaces, state after state; read again where their lines changed."""

    def __init__(self, interfaces: tuple[str, ...]) -> None:
        self._interfaces = interfaces
        self._headers = frozenset(f"interface {name}" for name in interfaces)
        self._lines: tuple[Node, ...] = ()
        self._filters: Filters = (None,) * len(interfaces)
        self._known: dict[Ace, Ace] = {}
        self._same: dict[int, tuple[Ace, Ace]] = {}

    def of(self, config: Node) -> Filters:
        """Return the filters in ``config``: the very same ones if nothing changed in them."""
        lines = tuple(
            node
            for node in config.children
            if node.text.startswith(_FILTERING) or node.text in self._headers
        )
        if len(lines) != len(self._lines) or any(map(operator.is_not, lines, self._lines)):
            found = tuple(self._read(config, name) for name in self._interfaces)
            self._lines = lines
            self._filters = self._filters if found == self._filters else found
        return self._filters

    def _read(self, config: Node, interface: str) -> Filter:
        entries = inbound(config, interface)
        return tuple(map(self._once, entries)) if entries else None

    def _once(self, entry: Ace) -> Ace:
        """Return the same object for entries that differ in their number alone."""
        if (known := self._same.get(id(entry))) is None:
            known = entry, self._known.setdefault(entry, entry)
            self._same[id(entry)] = known
        return known[1]


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

    @property
    def targets(self) -> tuple[str, ...] | None:
        """The addresses that count; None for all, where the router may have any."""
        return None if self.negotiated else self.addresses

    def is_opened_by(self, packet: Packet) -> bool:
        """Tell whether the packet opens something to one of the services."""
        return packet.opens and (packet.protocol, packet.port) in self.services

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


def newly_open(before: Filters, now: Filters, protected: Protected) -> Packet | None:
    """Return a packet that opens a protected service now and did not before, or None."""
    return next((packet for _, packet in _newly_open(before, now, protected)), None)


def opened(before: Filters, now: Filters, protected: Protected) -> Iterator[tuple[str, str | None]]:
    """Yield each service that somebody reaches now and not before, and the entry that lets in."""
    for has, packet in _newly_open(before, now, protected):
        entry = acl.first_match(has or (), packet, {})
        yield f"{packet.port}/{packet.protocol}", entry.text if entry else None


def _newly_open(
    before: Filters, now: Filters, protected: Protected
) -> Iterator[tuple[Filter, Packet]]:
    for had, has in _changed(before, now):
        if had is None:
            continue
        lost = _lost(has, had, protected.is_opened_by, protected.management, protected.targets)
        for packet in lost:
            if not protected.is_management(packet.source):
                yield has, packet


def newly_open_beyond(
    last: Filters, now: Filters, ends: tuple[Filters, Filters], protected: Protected
) -> Packet | None:
    """Return a packet that opens a protected service now, not a line ago, and at neither end."""
    for had, has, *known in zip(last, now, *ends, strict=True):
        if had is has or had is None or None in known:
            continue
        beside = tuple(entry for each in known for entry in each or ())
        lost = _lost(has, had, protected.is_opened_by, (), protected.targets, beside=beside)
        for destination, packets in groupby(lost, key=lambda packet: packet.destination):
            near = [_near(each or (), destination) for each in known]
            for packet in packets:
                if not any(each and admitted(each, packet) for each in near):
                    return packet
    return None


def newly_shut(before: Filters, now: Filters, protected: Protected) -> bool:
    """Tell whether some packet that got in before does not now, knock ports apart."""

    def is_no_knock(packet: Packet) -> bool:
        return (packet.protocol, packet.port) not in protected.knocks

    return any(
        True
        for had, has in _changed(before, now)
        if has is not None
        for _ in _lost(had, has, is_no_knock)
    )


def closed(before: Filters, now: Filters, protected: Protected) -> Iterator[tuple[str, str | None]]:
    """Yield each service that somebody reached before and not now, and the entry that let in."""
    for had, has in _changed(before, now):
        for protocol, port in protected.services if has is not None else ():
            for target in protected.targets or protected.addresses or (ANYWHERE,):
                packet = Packet(protocol, ANYWHERE, CLIENT_PORT, target, port)
                near, then = (_matching(each, packet) for each in (had, has))
                for entry in near:
                    if entry.permits and _is_lost_from(entry, near, then, packet):
                        yield f"{port}/{protocol}", None if had is None else entry.text


def _matching(entries: Filter, packet: Packet) -> tuple[Ace, ...]:
    everything = _EVERYTHING if entries is None else entries
    return tuple(each for each in everything if each.matches_from_somewhere(packet))


def _is_lost_from(entry: Ace, near: tuple[Ace, ...], then: tuple[Ace, ...], packet: Packet) -> bool:
    """Tell whether some source was let in by ``entry`` and is not let in by ``then``."""
    for source in _sources(entry, (*near, *then)):
        each = replace(packet, source=source)
        if acl.first_match(near, each, {}) is entry and not (then and admitted(then, each)):
            return True
    return False


def _sources(entry: Ace, entries: tuple[Ace, ...]) -> Iterator[str]:
    """Yield sources of ``entry``: those it names, and those at which others begin or end."""
    yield from (str(IPv4Address(side.base)) for side in entry.source)
    yield from edges((each.source for each in entries), entry.source)


def common(some: Sequence[Ace], others: Sequence[Ace]) -> Packet | None:
    """Return a packet that both lists may let in, or None."""
    for suspect in some:
        for packet in regions(suspect, (*some, *others)):
            near = [entry for entry in others if entry.matches_from_somewhere(packet)]
            for source in edges((entry.source for entry in near), suspect.source):
                each = replace(packet, source=source)
                if admitted(tuple(some), each) and near and admitted(tuple(near), each):
                    return each
    return None


def _changed(before: Filters, now: Filters) -> list[tuple[Filter, Filter]]:
    """Return the pairs that differ, each once: interfaces may share an ACL."""
    pairs = {(id(had), id(has)): (had, has) for had, has in zip(before, now, strict=True)}
    return [(had, has) for had, has in pairs.values() if had is not has and had != has]


def _lost(  # noqa: PLR0913  # what differs between the questions
    first: Filter,
    second: Filter,
    counts: Callable[[Packet], bool],
    networks: Sequence[IPv4Network] = (),
    destinations: Sequence[str] | None = None,
    *,
    beside: Sequence[Ace] = (),
) -> Iterator[Packet]:
    """Yield packets that ``first`` lets in and ``second`` does not, of those that count.

    They differ wherever an entry of ``beside`` would tell two of them apart.
    """
    some = _EVERYTHING if first is None else first
    others = _EVERYTHING if second is None else second
    extra = tuple((acl.masked(str(n.network_address), str(n.hostmask)),) for n in networks)
    for suspect in _suspects(some, others):
        found = filter(counts, regions(suspect, (*some, *others, *beside), destinations))
        for destination, packets in groupby(found, key=lambda packet: packet.destination):
            near = [_near(entries, destination) for entries in (some, others, beside)]
            for packet in packets:
                one, other, third = (
                    tuple(entry for entry in entries if entry.matches_from_somewhere(packet))
                    for entries in near
                )
                sides = (*(entry.source for entry in (*one, *other, *third)), *extra)
                for source in edges(sides, suspect.source):
                    each = replace(packet, source=source)
                    if one and admitted(one, each) and not (other and admitted(other, each)):
                        yield each


def _near(entries: Sequence[Ace], destination: str) -> tuple[Ace, ...]:
    """Return the entries for packets to an address: of many, most are for another."""
    return tuple(e for e in entries if any(destination in side for side in e.destination))


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
