"""Object-groups, and ports after an operator, as ranges and addresses (ios-facts §6)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, summarize_address_range

from knockdeploy.ios import ports
from knockdeploy.ios.match import (
    ALL_ONES,
    ANY,
    PROTOCOLS,
    Addresses,
    Ranges,
    Traffic,
    host,
    integer,
    of_network,
    with_wildcard,
)
from knockdeploy.ios.tree import Node

_NUMBERS = range(1, 256)  # the field has an octet; whether 0 is all of IP is not known


def protocol_number(word: str) -> int | None:
    """Return what stands for a protocol, None for all of IP. Raises LookupError for no protocol."""
    if word == "ip":
        return None
    if word.isdigit() and int(word) in _NUMBERS:
        return int(word)
    return PROTOCOLS[word]


def port_ranges(operator: str, numbers: list[int]) -> Ranges:
    """Return the ports; a keyword that no table has must not read as no port at all."""
    if len(numbers) < (2 if operator == "range" else 1):
        raise ValueError(operator)
    return OPERATORS[operator](numbers)


def take_ports(words: list[str], protocol: str) -> Ranges | None:
    """Take the ports of an entry off the front of ``words``; None where there are none.

    Raises:
        ValueError: the protocol has no ports.
    """
    if not words or words[0] not in OPERATORS or protocol.isdigit():
        return None
    if protocol not in {"tcp", "udp", "sctp"}:
        raise ValueError(protocol)
    operator, numbers = words.pop(0), list[int]()
    while words and (port := ports.number(words[0], protocol)) is not None:
        numbers.append(port)
        words.pop(0)
    return port_ranges(operator, numbers)


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


_BOTH = {"tcp-udp": ("tcp", "udp")}
_NAMED = re.compile(r"object-group (\S+)")
_NESTED = re.compile(r"^group-object (\S+)")


def named(entry: str) -> list[str]:
    """Return the names of the object-groups in an entry, in order."""
    return _NAMED.findall(entry)


def groups_of(config: Node) -> tuple[Node, ...]:
    """Return the object-groups of a configuration, whatever they hold."""
    return tuple(node for node in config.children if node.text.startswith("object-group "))


def members(
    kind: str, name: str, groups: Sequence[Node], inside: frozenset[str] = frozenset()
) -> Iterator[list[str] | None]:
    """Yield the words of each member, with those of the groups in it; None for an unknown group.

    ``inside`` are the groups that led to this one.
    """
    header = f"object-group {kind} {name}"
    group = next((node for node in groups if node.text == header), None)
    if group is None or name in inside:
        yield None
        return
    for member in group.children:
        words = member.text.split()
        if words[0] == "group-object" and words[1:]:
            yield from members(kind, words[1], groups, inside | {name})
        elif words[0] != "description":
            yield words


@functools.lru_cache(maxsize=4096)  # several entries of a list name the same one
def service_group(name: str, groups: tuple[Node, ...]) -> tuple[Traffic, ...]:
    """Return what a group takes; a member that is not understood, any of its protocol perhaps."""
    found = members("service", name, groups)
    return tuple(each for words in found for each in _traffic(words))


def network_group(name: str, groups: Sequence[Node]) -> tuple[Addresses, ...]:
    """Return the addresses of a group; what is not understood may be any address."""
    found = members("network", name, groups)
    return tuple(each for words in found for each in _addresses(words))


def groups_in(config: Node, acl: str) -> Iterator[Node]:
    """Yield the groups that the entries of an extended ACL name, and those in them."""
    groups = groups_of(config)
    entries = config.section(f"ip access-list extended {acl}").children
    names = {name for entry in entries for name in named(entry.text)}
    while True:
        found = tuple(node for node in groups if node.text.split()[-1] in names)
        inside = {
            name for node in found for each in node.children for name in _NESTED.findall(each.text)
        }
        if inside <= names:
            yield from found
            return
        names |= inside


def not_understood(group: Node) -> Iterator[str]:
    """Yield the members of a group that may match what cannot be told."""
    read = _traffic if group.text.startswith("object-group service ") else _addresses
    for member in group.children:
        words = member.text.split()
        is_read = words[0] in {"description", "group-object", "icmp"}
        if not is_read and not all(each.sure for each in read(words)):
            yield member.text


def _traffic(words: list[str] | None) -> list[Traffic]:
    if not words:
        return [Traffic(None, sure=False)]
    name, *rest = words
    protocols: list[int | None] = [None]
    source = None
    try:
        protocols = [protocol_number(each) for each in _BOTH.get(name, (name,))]
        if rest[:1] == ["source"]:
            source, rest = _ports(name, rest[1:])
        destination, rest = _ports(name, rest) if rest else (None, rest)
    except (ValueError, LookupError):
        return [Traffic(each, sure=False) for each in protocols]
    # What stands behind that, an ICMP type, leaves something out.
    return [Traffic(each, source, destination, sure=not rest) for each in protocols]


def _ports(protocol: str, words: list[str]) -> tuple[Ranges | None, list[str]]:
    """Return the ports at the beginning of ``words``, and the rest; `eq` may be left out."""
    if protocol not in {"tcp", "udp", "tcp-udp"}:
        return None, words
    operator = words[0] if words[0] in OPERATORS else "eq"
    rest = words[1:] if words[0] in OPERATORS else words
    count = 2 if operator == "range" else 1
    numbers = [ports.number(word, protocol) for word in rest[:count]]
    return port_ranges(operator, [port for port in numbers if port is not None]), rest[count:]


def _addresses(words: list[str] | None) -> list[Addresses]:
    try:
        match words or []:
            case ["any"]:
                return [*ANY]
            case ["host", address]:
                return [host(address)]
            case ["range", first, last]:
                blocks = summarize_address_range(IPv4Address(first), IPv4Address(last))
                return [of_network(net) for net in blocks]
            case [network] | [network, _] if "/" in "".join(words or []):
                return [of_network(IPv4Network("".join(words or []), strict=False))]
            case [network, netmask]:  # where an ACL has a wildcard
                return [with_wildcard(network, str(IPv4Address(integer(netmask) ^ ALL_ONES)))]
    except ValueError:  # a name that only the router can resolve
        pass
    return [Addresses(0, ALL_ONES, sure=False)]
