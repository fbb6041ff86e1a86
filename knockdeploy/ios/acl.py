"""What an extended ACL does to a packet: entries as values, evaluated first match first.

Three answers are possible, because an entry may depend on what no configuration tells (the time,
a reflexive session, a DSCP mark): permitted, denied, or either. See ``outcomes``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Final

from knockdeploy.ios.groups import (
    groups_of,
    network_group,
    protocol_number,
    service_group,
    take_ports,
)
from knockdeploy.ios.match import (
    ANY,
    Ace,
    Addresses,
    Packet,
    Ranges,
    Traffic,
    host,
    with_wildcard,
)
from knockdeploy.ios.qualifiers import ESTABLISHED, FRAGMENTS, UnknownQualifierError, is_sure
from knockdeploy.ios.tree import Node

KIND: Final = "ip access-list extended"
_BEGINS: Final = f"{KIND} "


def header(name: str) -> str:
    """Return the header of the extended ACL ``name``."""
    return f"{_BEGINS}{name}"


def binding(name: str) -> str:
    """Return the line by which an ACL filters what comes in by an interface."""
    return f"ip access-group {name} in"


def is_extended(line: str) -> bool:
    """Tell whether a line is the header of an extended ACL."""
    return line.startswith(_BEGINS)


def is_standard(config: Node, name: str) -> bool:
    """Tell whether a name, or a number, is that of a standard ACL."""
    kinds = (f"ip access-list standard {name} ", f"access-list {name} ")
    return any(f"{node.text} ".startswith(kinds) for node in config.children)


def entries(config: Node, name: str) -> tuple[Ace, ...] | None:
    """Return the entries of the extended ACL ``name``, remarks left out; None if undefined."""
    acl = config.child(header(name))
    if acl is None:
        return None
    return _entries(acl, tuple(node.number for node in acl.children), groups_of(config))


@functools.lru_cache(maxsize=512)
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
            if entry.surely_matches(packet):
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

    An entry we cannot read may match any packet of its protocol, either way of its action.
    """
    return _ace(text, tuple(groups) if "object-group" in text else (), number)


@functools.lru_cache(maxsize=65536)  # a long list is read again for each state of a change
def _ace(text: str, groups: tuple[Node, ...], number: int | None) -> Ace:
    reader = _Reader(text, groups)
    try:
        return reader.ace(number)
    except (ValueError, LookupError):
        permits, traffic = not text.startswith("deny"), (Traffic(reader.protocol),)
        return Ace(text, permits=permits, traffic=traffic, exact=False, number=number)


def is_entry(text: str, config: Node, *, to_the_end: bool = False) -> bool:
    """Tell whether IOS would take ``text`` as an entry, as far as its words up to the addresses.

    ``to_the_end``: as far as all of its words; some that IOS knows, no table here has.
    """
    try:
        _Reader(text, groups_of(config)).ace(None)
    except (ValueError, LookupError) as error:
        return isinstance(error, UnknownQualifierError) and not to_the_end
    return True


class _Reader:
    """Reads the words of one entry from left to right; ``protocol`` is None until it is known."""

    def __init__(self, text: str, groups: tuple[Node, ...]) -> None:
        self._text = text
        self._words = text.split()
        self._groups = groups
        self.protocol: int | None = None

    def ace(self, number: int | None) -> Ace:
        dynamic = self._dynamic()
        permits = {"permit": True, "deny": False}[self._words.pop(0)]
        word = self._words.pop(0)
        if word == "object-group":
            traffic = service_group(self._words.pop(0), self._groups)
            source, _ = self._side(word="")
            destination, _ = self._side(word="")
        else:
            self.protocol = protocol_number(word)
            source, source_ports = self._side(word)
            destination, destination_ports = self._side(word)
            traffic = (Traffic(self.protocol, source_ports, destination_ports),)
        exact = is_sure(self._words, "ip" if word == "object-group" else word)
        if FRAGMENTS in self._words:
            traffic = ()  # our packets have ports: none is the later part of another
        return Ace(
            self._text,
            permits=permits,
            traffic=traffic,
            source=source,
            destination=destination,
            established=ESTABLISHED in self._words,
            dynamic=dynamic,
            exact=exact,
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

    def _side(self, word: str) -> tuple[tuple[Addresses, ...], Ranges | None]:
        """Read an address and, after tcp, udp and sctp, its ports."""
        first = self._words.pop(0)
        if first == "any":
            addresses = ANY
        elif first == "host":
            addresses = (host(self._words.pop(0)),)
        elif first == "object-group":
            addresses = network_group(self._words.pop(0), self._groups)
        else:
            addresses = (with_wildcard(first, self._words.pop(0)),)
        return addresses, take_ports(self._words, word)
