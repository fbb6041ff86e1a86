"""IPv6 on a router: its own addresses, and what a traffic filter lets in, first match first.

An IPv4 list, ours among them, sees none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

from knockdeploy.ios.address_ranges import ALL_V6, Span, Spans, meet, prefix, without
from knockdeploy.ios.groups import protocol_number, take_ports
from knockdeploy.ios.match import PROTOCOLS, Traffic, is_within
from knockdeploy.ios.qualifiers import ESTABLISHED, FRAGMENTS, UnknownQualifierError, is_sure
from knockdeploy.ios.tree import Node

_SEQUENCE = re.compile(r"sequence \d+ ")
ANYTHING = Traffic(None)


@dataclass(frozen=True, slots=True)
class Packet6:
    """A packet that opens something; where it is from is left open."""

    protocol: str
    source_port: int
    destination: int
    port: int


@dataclass(frozen=True, slots=True)
class Entry6:
    """An entry of an IPv6 list.

    ``exact`` is False where it matches only some of these packets, and nobody can tell which. One
    that ``follows`` is for packets that open nothing: of sessions under way, or later fragments.
    """

    text: str
    permits: bool
    traffic: Traffic = ANYTHING
    source: Span = ALL_V6[0]
    destination: Span = ALL_V6[0]
    follows: bool = False
    exact: bool = True

    def matches(self, packet: Packet6) -> bool:
        """Tell whether the packet may match, were it from an address of the entry."""
        low, high = self.destination
        asked = self.traffic
        return (
            not self.follows
            and low <= packet.destination <= high
            and asked.protocol in {None, PROTOCOLS[packet.protocol]}
            and is_within(packet.source_port, asked.source_ports)
            and is_within(packet.port, asked.ports)
        )


def speaks(interface: Node) -> bool:
    """Tell whether IPv6 comes in by an interface."""
    return any(
        line.text.startswith(("ipv6 address ", "ipv6 enable")) for line in interface.children
    )


def own_addresses(config: Node) -> tuple[int, ...] | None:
    """Return the router's own addresses of interfaces that are up, None where some are not told."""
    found = []
    for node in config.children:
        if not node.text.startswith("interface ") or node.child("shutdown") or not speaks(node):
            continue
        lines = [each.text.split() for each in node.children if each.text.startswith("ipv6 ")]
        addresses = [words[2] for words in lines if words[1] == "address" and len(words) > 2]  # noqa: PLR2004
        if any(words[-1] == "eui-64" for words in lines) or not addresses:
            return None
        for address in addresses:
            try:
                found.append(int(IPv6Address(address.partition("/")[0])))
            except AddressValueError:  # autoconfig, dhcp, a general prefix
                return None
    return tuple(dict.fromkeys(found))


def inbound(config: Node, interface: Node) -> tuple[str, tuple[Entry6, ...]] | None:
    """Return the filter of what comes in by an interface, None where nothing filters.

    A filter that is not defined lets everything in, as an IPv4 list does (ios-facts §11).
    """
    for line in interface.children:
        words = line.text.split()
        if words[:2] == ["ipv6", "traffic-filter"] and words[-1] == "in":
            section = config.child(f"ipv6 access-list {words[2]}")
            if section is not None and section.children:
                return words[2], tuple(_entries(section))
    return None


def let_in(entries: tuple[Entry6, ...], packet: Packet6) -> Iterator[tuple[Entry6, Spans]]:
    """Yield by which entries such a packet may get in, and from where; else it is dropped."""
    left = ALL_V6
    for entry in entries:
        if entry.matches(packet) and (hit := meet(left, (entry.source,))):
            if entry.permits:
                yield entry, hit
            if entry.exact:
                left = without(left, hit)


def _entries(section: Node) -> Iterator[Entry6]:
    for node in section.children:
        text = _SEQUENCE.sub("", node.text)
        if text.split()[0] in {"permit", "deny"}:
            yield _entry(text)


def _entry(text: str) -> Entry6:
    permits = text.startswith("permit")
    try:
        return _read(text, text.split()[1:], permits=permits)
    except (ValueError, LookupError):  # what cannot be read may match any packet
        return Entry6(text, permits=permits, exact=False)


def _read(text: str, words: list[str], *, permits: bool) -> Entry6:
    word = words.pop(0)
    protocol = None if word == "ipv6" else protocol_number(word)
    source = _side(words)
    source_ports = take_ports(words, word)
    destination = _side(words)
    traffic = Traffic(protocol, source_ports, take_ports(words, word))
    return Entry6(
        text,
        permits=permits,
        traffic=traffic,
        source=source,
        destination=destination,
        follows=bool({ESTABLISHED, FRAGMENTS} & set(words)),
        exact=_is_sure(words, word),
    )


def _is_sure(words: list[str], protocol: str) -> bool:
    try:
        return is_sure(words, "ip" if protocol == "ipv6" else protocol)
    except UnknownQualifierError:  # such as flow-label, routing: words of IPv6 alone
        return False


def _side(words: list[str]) -> Span:
    first = words.pop(0)
    if first == "any":
        return ALL_V6[0]
    return prefix(words.pop(0) if first == "host" else first)
