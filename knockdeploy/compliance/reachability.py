"""Can a stranger reach a protected service without a knock? By any way in, to any own address.

What comparing lines never sees: another entry, another uplink, IPv6, a port that leads to the
service too. Each answer names the way in and a packet that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address

from knockdeploy.compliance.facts import NO_CEF
from knockdeploy.compliance.other_ports import OtherPort, other_ports
from knockdeploy.compliance.uplinks import uplinks
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, ipv6
from knockdeploy.ios.address_ranges import (
    ALL_V4,
    ALL_V6,
    Spans,
    example,
    span_of,
    united,
    without,
    written,
)
from knockdeploy.ios.filters import EVERYTHING, WayIn, entries_of
from knockdeploy.ios.ipv6 import Entry6, Packet6
from knockdeploy.ios.match import Ace, Addresses, Traffic
from knockdeploy.ios.packet_space import ANYWHERE, CLIENT_PORT, regions
from knockdeploy.ios.policies import HOST
from knockdeploy.ios.sources import let_in
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import way_in
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running


@dataclass(frozen=True, slots=True)
class WayOpen:
    """A service that strangers reach: by ``interface``, let in by ``entry`` of ``section``.

    ``entry`` is None where nothing filters; ``source`` says from where, ``packet`` shows one.
    """

    service: str
    interface: str
    source: str
    packet: str
    entry: str | None = None
    number: int | None = None
    section: str = ""


def ways_open(running: Running, intent: Intent) -> Iterator[WayOpen]:
    """Yield the ways by which strangers reach what the knock of this intent protects."""
    protected = Protected.of(intent, running)
    strangers = without(ALL_V4, united(map(span_of, protected.management)))
    others = tuple(other_ports(running, protected))
    policed = _policed(running.config)
    for node, interface in uplinks(running, intent):
        way = way_in(policed, interface.name)
        yield from _by_ipv4(running, interface.name, way, protected, strangers, others)
        if ipv6.speaks(node):
            yield from _by_ipv6(running.config, interface.name, node, protected)


def _policed(config: Node) -> Node:
    """Return a configuration with what filters: the host path does nothing without CEF (§1.2)."""
    if config.child(NO_CEF) is None:
        return config
    return config.with_children(tuple(node for node in config.children if node.text != HOST))


def _by_ipv4(  # noqa: PLR0913, PLR0917  # a way, and what is asked of it
    running: Running,
    name: str,
    way: WayIn,
    protected: Protected,
    strangers: Spans,
    others: Iterable[OtherPort],
) -> Iterator[WayOpen]:
    asked = [
        (f"{port}/{protocol}", _entry(protocol, port), protected.targets or None)
        for protocol, port in protected.services
    ]
    asked += [(each.label, _entry(each.protocol, each.port), each.addresses) for each in others]
    entries = entries_of(way) if way else ()
    for service, suspect, targets in asked:
        seen: set[int] = set()
        for packet in regions(suspect, entries, targets):
            for entry, sources in let_in(way, packet, strangers) if packet.opens else ():
                if id(entry) in seen:
                    continue
                seen.add(id(entry))
                aim = "its address" if packet.destination == ANYWHERE else packet.destination
                shown = (
                    f"{packet.protocol} {example(sources)}:{packet.source_port} -> "
                    f"{aim}:{packet.port}"
                )
                if entry is EVERYTHING:
                    yield WayOpen(service, name, "anywhere", shown)
                else:
                    where = _section_of(running, name, entry)
                    label = _sources_text(entry.source)
                    yield WayOpen(service, name, label, shown, entry.text, entry.number, where)


def _entry(protocol: str, port: int) -> Ace:
    return Ace("what is protected", permits=True, traffic=(Traffic.to(protocol, port),))


def _section_of(running: Running, interface: str, entry: Ace) -> str:
    """Return the header of the list that has an entry: the interface's own, if that one has it."""
    own = acl.header(running.interfaces[interface].acl_in or "")
    for node in sorted(running.config.children, key=lambda node: node.text != own):
        if acl.is_extended(node.text) and any(
            line.text == entry.text and line.number == entry.number for line in node.children
        ):
            return node.text
    return ""


def _sources_text(side: tuple[Addresses, ...]) -> str:
    """Return sources as people say them."""
    words = []
    for each in side:
        bits = bin(each.wildcard).count("1")
        is_prefix = each.wildcard == (1 << bits) - 1
        if bits == 32:  # noqa: PLR2004
            return "anywhere"
        length = "" if bits == 0 else f"/{32 - bits}"
        end = length if is_prefix else f" {written(each.wildcard)}"
        words.append(f"{written(each.base)}{end}")
    return ", ".join(words)


def _by_ipv6(config: Node, name: str, node: Node, protected: Protected) -> Iterator[WayOpen]:
    found = ipv6.inbound(config, node)
    header, entries = (f"ipv6 access-list {found[0]}", found[1]) if found else ("", ())
    own = ipv6.own_addresses(config)
    for protocol, port in protected.services:
        seen: set[str] = set()
        for packet in _packets6(protocol, port, entries, own):
            hits = ipv6.let_in(entries, packet) if found else ((None, ALL_V6),)
            for entry, sources in hits:
                text = entry.text if entry else None
                if str(text) in seen:
                    continue
                seen.add(str(text))
                shown = (
                    f"{protocol} [{example(sources, is_v6=True)}]:{packet.source_port} -> "
                    f"[{written(packet.destination, is_v6=True)}]:{port}"
                )
                source = _sources6_text(entry)
                yield WayOpen(f"{port}/{protocol}", name, source, shown, text, None, header)


def _packets6(
    protocol: str, port: int, entries: Iterable[Entry6], own: tuple[int, ...] | None
) -> Iterator[Packet6]:
    """Yield a packet of each kind that the entries tell apart."""
    entries = tuple(entries)
    targets = own or sorted(
        {int(IPv6Address("2000::1"))}
        | {number for e in entries for number in (e.destination[0], e.destination[1] + 1)}
    )
    starts = {CLIENT_PORT} | {
        edge
        for e in entries
        for low, high in e.traffic.source_ports or ()
        for edge in (low, high + 1)
    }
    for target in targets:
        if target <= ALL_V6[0][1]:
            for source_port in sorted(starts):
                yield Packet6(protocol, source_port, target, port)


def _sources6_text(entry: Entry6 | None) -> str:
    if entry is None or entry.source == ALL_V6[0]:
        return "anywhere by IPv6"
    low, high = entry.source
    length = 128 - (high - low).bit_length()
    return written(low, is_v6=True) + (f"/{length}" if high != low else "")
