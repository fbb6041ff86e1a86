"""What an extended ACL does to a packet: entries as values, evaluated first match first.

Three answers are possible, because an entry may depend on what no configuration tells (the time,
a reflexive session, a DSCP mark): permitted, denied, or either. See ``outcomes``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from knockdeploy.ios import ports
from knockdeploy.ios.tree import Node

PROTOCOLS = {
    "ahp": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "igmp": 2, "ipinip": 4, "nos": 94,
    "ospf": 89, "pcp": 108, "pim": 103, "tcp": 6, "udp": 17,
}  # fmt: skip
_ALL_ONES = 0xFFFFFFFF
Ranges = tuple[tuple[int, int], ...]
_ESTABLISHED = frozenset({"established"})
# Words after the addresses that change nothing about which packets match.
_HARMLESS = frozenset({"log", "log-input"})


@functools.lru_cache(maxsize=65536)
def _integer(address: str) -> int:
    return int(IPv4Address(address))


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet as an ACL sees it; ``ack`` is set on TCP packets that belong to a session."""

    protocol: str
    source: str
    source_port: int
    destination: str
    port: int
    ack: bool = False

    @property
    def opens(self) -> bool:
        """Whether it can open something: TCP without ACK, or any UDP (design §1.4)."""
        return not self.ack


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that equal ``base`` in every bit that ``wildcard`` leaves unset."""

    base: int
    wildcard: int

    def __contains__(self, address: str) -> bool:
        return not (_integer(address) ^ self.base) & ~self.wildcard & _ALL_ONES


ANY: tuple[Addresses, ...] = (Addresses(0, _ALL_ONES),)


@dataclass(frozen=True, slots=True)
class Service:
    """A protocol (None: all of IP) with ranges of source and destination ports (None: all)."""

    protocol: int | None
    source_ports: Ranges | None = None
    ports: Ranges | None = None

    def matches(self, packet: Packet) -> bool:
        """Tell whether the packet is of this service."""
        if self.protocol is not None and self.protocol != PROTOCOLS[packet.protocol]:
            return False
        return _within(packet.source_port, self.source_ports) and _within(packet.port, self.ports)


def _within(port: int, ranges: Ranges | None) -> bool:
    return ranges is None or any(low <= port <= high for low, high in ranges)


@dataclass(frozen=True, slots=True)
class Ace:
    """One entry. ``exact`` is False where it also asks for something we do not evaluate."""

    text: str
    permits: bool
    services: tuple[Service, ...] = (Service(None),)
    source: tuple[Addresses, ...] = ANY
    destination: tuple[Addresses, ...] = ANY
    established: bool = False
    dynamic: str | None = None
    exact: bool = True
    number: int | None = field(default=None, compare=False)

    def matches(self, packet: Packet) -> bool:
        """Tell whether the packet may match: surely, if the entry is exact."""
        return self.matches_from_somewhere(packet) and any(
            packet.source in addresses for addresses in self.source
        )

    def matches_from_somewhere(self, packet: Packet) -> bool:
        """Tell whether the packet would match if it came from an address of the entry."""
        return (
            (packet.ack or not self.established)
            and any(packet.destination in addresses for addresses in self.destination)
            and any(service.matches(packet) for service in self.services)
        )


def entries(config: Node, name: str) -> tuple[Ace, ...] | None:
    """Return the entries of the extended ACL ``name``, remarks left out; None if undefined."""
    acl = config.child(f"ip access-list extended {name}")
    if acl is None:
        return None
    groups = tuple(node for node in config.children if node.text.startswith("object-group "))
    return _entries(acl, tuple(node.number for node in acl.children), groups)


@functools.lru_cache(maxsize=4096)
def _entries(
    acl: Node, numbers: tuple[int | None, ...], groups: tuple[Node, ...]
) -> tuple[Ace, ...]:
    # The numbers are an argument because nodes that differ in them alone are equal.
    return tuple(
        ace_of(node.text, groups, number)
        for node, number in zip(acl.children, numbers, strict=True)
        if not node.text.startswith("remark")
    )


def outcomes(acl: Sequence[Ace] | None, packet: Packet) -> frozenset[bool]:
    """Return what may happen to the packet: {True} permitted, {False} denied, or both.

    An ACL that is not defined or has no entry permits everything (ios-facts §11).
    """
    if not acl:
        return frozenset({True})
    possible = set()
    for entry in acl:
        if entry.dynamic is None and entry.matches(packet):
            possible.add(entry.permits)
            if entry.exact:
                return frozenset(possible)
    return frozenset(possible | {False})


def first_match(
    acl: Sequence[Ace], packet: Packet, temporary: Mapping[str, Sequence[Ace]]
) -> Ace | None:
    """Return the entry that decides, as a router runs it; None is the implicit deny.

    A dynamic entry itself matches nobody: the temporary entries listed for its name are
    evaluated where it stands (ios-facts §5).
    """
    for entry in acl:
        candidates = (entry,) if entry.dynamic is None else temporary.get(entry.dynamic, ())
        for candidate in candidates:
            if candidate.matches(packet):
                return candidate
    return None


def ace_of(text: str, groups: Sequence[Node], number: int | None = None) -> Ace:
    """Return the entry that ``text`` (without its number) describes.

    An entry we cannot read may match any packet either way of its action.
    """
    try:
        return _Reader(text, groups).ace(number)
    except (ValueError, IndexError):
        permits = not text.startswith("deny")
        return Ace(text, permits=permits, exact=False, number=number)


def readable(text: str, config: Node) -> bool:
    """Tell whether IOS would take ``text`` as an entry, as far as its words up to the addresses."""
    groups = tuple(node for node in config.children if node.text.startswith("object-group "))
    try:
        _Reader(text, groups).ace(None)
    except (ValueError, IndexError):
        return False
    return True


class _Reader:
    """Reads the words of one entry from left to right."""

    def __init__(self, text: str, groups: Sequence[Node]) -> None:
        self._text = text
        self._words = text.split()
        self._groups = groups

    def ace(self, number: int | None) -> Ace:
        dynamic = self._dynamic()
        permits = {"permit": True, "deny": False}[self._next("permit", "deny")]
        word = self._words.pop(0)
        if word == "object-group":
            services = service_group(self._words.pop(0), self._groups)
            source, _ = self._side(word="")
            destination, _ = self._side(word="")
        else:
            protocol = _protocol(word)
            source, source_ports = self._side(word)
            destination, destination_ports = self._side(word)
            services = (Service(protocol, source_ports, destination_ports),)
        rest = set(self._words)
        return Ace(
            self._text,
            permits=permits,
            services=services,
            source=source,
            destination=destination,
            established=bool(rest & _ESTABLISHED),
            dynamic=dynamic,
            exact=not rest - _ESTABLISHED - _HARMLESS,
            number=number,
        )

    def _dynamic(self) -> str | None:
        if self._words[0] != "dynamic":
            return None
        name = self._words[1]
        del self._words[:2]
        if self._words[0] == "timeout":
            del self._words[:2]
        return name

    def _next(self, *allowed: str) -> str:
        if self._words[0] not in allowed:
            raise ValueError(self._words[0])
        return self._words.pop(0)

    def _side(self, word: str) -> tuple[tuple[Addresses, ...], Ranges | None]:
        """Read an address and, after tcp and udp, its ports."""
        first = self._words.pop(0)
        if first == "any":
            addresses = ANY
        elif first == "host":
            addresses = (Addresses(_integer(self._words.pop(0)), 0),)
        elif first == "object-group":
            addresses = network_group(self._words.pop(0), self._groups)
        else:
            addresses = (masked(first, self._words.pop(0)),)
        return addresses, self._ports(word)

    def _ports(self, protocol: str) -> Ranges | None:
        if protocol not in {"tcp", "udp"} or not self._words:
            return None
        if self._words[0] not in _OPERATORS:
            return None
        operator = self._words.pop(0)
        numbers = []
        while self._words and (port := ports.number(self._words[0], protocol)) is not None:
            numbers.append(port)
            self._words.pop(0)
        return _ranges(operator, numbers)


def masked(address: str, wildcard: str) -> Addresses:
    """Return the addresses of ``address wildcard``, the base without the bits that may vary."""
    bits = _integer(wildcard)
    return Addresses(_integer(address) & ~bits & _ALL_ONES, bits)


def _protocol(word: str) -> int | None:
    if word == "ip":
        return None
    return int(word) if word.isdigit() else PROTOCOLS[word] if word in PROTOCOLS else _no(word)


def _no(word: str) -> int:
    raise ValueError(word)


def _ranges(operator: str, numbers: list[int]) -> Ranges:
    """Return the ports; a keyword that no table has must not read as no port at all."""
    if len(numbers) < (2 if operator == "range" else 1):
        raise ValueError(operator)
    return _OPERATORS[operator](numbers)


def _others(numbers: list[int]) -> Ranges:
    starts = [0, *(port + 1 for port in sorted(numbers))]
    ends = [*(port - 1 for port in sorted(numbers)), ports.MAX_PORT]
    return tuple(zip(starts, ends, strict=True))


_OPERATORS: dict[str, Callable[[list[int]], Ranges]] = {
    "eq": lambda numbers: tuple((port, port) for port in numbers),
    "neq": _others,
    "lt": lambda numbers: ((0, numbers[0] - 1),),
    "gt": lambda numbers: ((numbers[0] + 1, ports.MAX_PORT),),
    "range": lambda numbers: ((min(numbers), max(numbers)),),
}


def _members(kind: str, name: str, groups: Sequence[Node]) -> tuple[Node, ...]:
    header = f"object-group {kind} {name}"
    group = next((node for node in groups if node.text == header), None)
    if group is None:
        raise ValueError(name)
    return tuple(node for node in group.children if not node.text.startswith("description"))


def service_group(name: str, groups: Sequence[Node]) -> tuple[Service, ...]:
    """Return the services of a group. Raises ValueError if it or a member cannot be read."""
    services: list[Service] = []
    for member in _members("service", name, groups):
        words = member.text.split()
        if words[0] == "group-object":
            services.extend(service_group(words[1], groups))
        else:
            services.extend(_service(words))
    return tuple(services)


def _service(words: list[str]) -> list[Service]:
    name, rest = words[0], words[1:]
    source = destination = None
    if rest and rest[0] == "source":
        source, rest = _group_ports(name, rest[1:])
    if rest and rest[0] in _OPERATORS:
        destination, rest = _group_ports(name, rest)
    if rest and name not in {"icmp"}:
        raise ValueError(rest[0])
    names = ("tcp", "udp") if name == "tcp-udp" else (name,)
    return [Service(_protocol(each), source, destination) for each in names]


def _group_ports(protocol: str, words: list[str]) -> tuple[tuple[tuple[int, int], ...], list[str]]:
    count = 3 if words[0] == "range" else 2
    numbers = [
        port for word in words[1:count] if (port := ports.number(word, protocol)) is not None
    ]
    return _ranges(words[0], numbers), words[count:]


def network_group(name: str, groups: Sequence[Node]) -> tuple[Addresses, ...]:
    """Return the addresses of a group. Raises ValueError if it or a member cannot be read."""
    addresses: list[Addresses] = []
    for member in _members("network", name, groups):
        words = member.text.split()
        if words[0] == "group-object":
            addresses.extend(network_group(words[1], groups))
        elif words[0] == "host":
            addresses.append(Addresses(_integer(words[1]), 0))
        elif words[0] == "any":
            addresses.extend(ANY)
        else:  # a network object-group takes a netmask, not a wildcard
            inverse = _integer(words[1]) ^ _ALL_ONES
            addresses.append(Addresses(_integer(words[0]) & ~inverse & _ALL_ONES, inverse))
    return tuple(addresses)
