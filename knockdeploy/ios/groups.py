"""Object-groups, and ports after an operator, as the ranges and addresses they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from knockdeploy.ios import ports
from knockdeploy.ios.match import ALL_ONES, PROTOCOLS, Addresses, Ranges, Service, integer
from knockdeploy.ios.tree import Node


def protocol_number(word: str) -> int | None:
    """Return what stands for a protocol, None for all of IP. Raises ValueError for no protocol."""
    if word == "ip":
        return None
    return int(word) if word.isdigit() else PROTOCOLS[word] if word in PROTOCOLS else _no(word)


def _no(word: str) -> int:
    raise ValueError(word)


def port_ranges(operator: str, numbers: list[int]) -> Ranges:
    """Return the ports; a keyword that no table has must not read as no port at all."""
    if len(numbers) < (2 if operator == "range" else 1):
        raise ValueError(operator)
    return OPERATORS[operator](numbers)


def _others(numbers: list[int]) -> Ranges:
    starts = [0, *(port + 1 for port in sorted(numbers))]
    ends = [*(port - 1 for port in sorted(numbers)), ports.MAX_PORT]
    return tuple(zip(starts, ends, strict=True))


OPERATORS: dict[str, Callable[[list[int]], Ranges]] = {
    "eq": lambda numbers: tuple((port, port) for port in numbers),
    "neq": _others,
    "lt": lambda numbers: ((0, numbers[0] - 1),),
    "gt": lambda numbers: ((numbers[0] + 1, ports.MAX_PORT),),
    "range": lambda numbers: ((min(numbers), max(numbers)),),
}


def groups_of(config: Node) -> tuple[Node, ...]:
    """Return the object-groups of a configuration, whatever they hold."""
    return tuple(node for node in config.children if node.text.startswith("object-group "))


def _members(
    kind: str, name: str, groups: Sequence[Node], inside: frozenset[str] = frozenset()
) -> Iterator[list[str]]:
    """Yield the words of each member, with those of the groups in it.

    ``inside`` are the groups that led to this one.
    """
    if name in inside:
        raise ValueError(f"{name} contains itself")
    header = f"object-group {kind} {name}"
    group = next((node for node in groups if node.text == header), None)
    if group is None:
        raise ValueError(name)
    for member in group.children:
        words = member.text.split()
        if words[0] == "group-object":
            yield from _members(kind, words[1], groups, inside | {name})
        elif words[0] != "description":
            yield words


def service_group(name: str, groups: Sequence[Node]) -> tuple[Service, ...]:
    """Return the services of a group. Raises ValueError if a member cannot be read."""
    members = _members("service", name, groups)
    return tuple(service for words in members for service in _service(words))


def _service(words: list[str]) -> list[Service]:
    name, rest = words[0], words[1:]
    source = destination = None
    if rest and rest[0] == "source":
        source, rest = _group_ports(name, rest[1:])
    if rest and rest[0] in OPERATORS:
        destination, rest = _group_ports(name, rest)
    if rest and name not in {"icmp"}:
        raise ValueError(rest[0])
    names = ("tcp", "udp") if name == "tcp-udp" else (name,)
    return [Service(protocol_number(each), source, destination) for each in names]


def _group_ports(protocol: str, words: list[str]) -> tuple[tuple[tuple[int, int], ...], list[str]]:
    count = 3 if words[0] == "range" else 2
    numbers = [
        port for word in words[1:count] if (port := ports.number(word, protocol)) is not None
    ]
    return port_ranges(words[0], numbers), words[count:]


def network_group(name: str, groups: Sequence[Node]) -> tuple[Addresses, ...]:
    """Return the addresses of a group. Raises ValueError if a member cannot be read."""
    return tuple(map(_addresses, _members("network", name, groups)))


def _addresses(words: list[str]) -> Addresses:
    if words[0] == "any":
        return Addresses(0, ALL_ONES)
    if words[0] == "host":
        return Addresses(integer(words[1]), 0)
    inverse = integer(words[1]) ^ ALL_ONES  # a network object-group takes a netmask, no wildcard
    return Addresses(integer(words[0]) & ~inverse & ALL_ONES, inverse)
