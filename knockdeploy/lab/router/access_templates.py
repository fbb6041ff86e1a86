"""The words of lock-and-key: addresses as typed, and what a template makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from ipaddress import IPv4Address
from typing import Final

from knockdeploy.ios.groups import groups_of, members
from knockdeploy.ios.tree import Node

_TEMPLATE: Final = re.compile(
    r"dynamic (?P<name>\S+) (?:timeout (?P<minutes>\d+) )?(?P<entry>(?:permit|deny) .*)"
)
_ADDRESS_WORDS: Final = {"any": 1, "host": 2, "object-group": 2}


@dataclass(frozen=True, slots=True)
class Template:
    """A dynamic entry: its name, the absolute lifetime on its line, and the entry it stands for."""

    name: str
    minutes: int | None
    entry: str


def template_of(acl: Node, name: str) -> Template | None:
    """Return the dynamic entry ``name`` of an ACL."""
    for match in acl.matches(_TEMPLATE):
        if match["name"] == name:
            minutes = int(match["minutes"]) if match["minutes"] else None
            return Template(name, minutes, " ".join(match["entry"].split()))
    return None


def take_address(words: list[str]) -> str:
    """Take an address off the front of what was typed: any, host A, A WILDCARD, or A alone.

    Raises:
        ValueError: it is not one; IndexError: nothing is left.
    """
    first = words.pop(0)
    if first == "any":
        return first
    if first == "host":
        return f"host {IPv4Address(words.pop(0))}"
    address = IPv4Address(first)
    if words and words[0].count(".") == 3:  # noqa: PLR2004  # a dotted wildcard
        return f"{address} {IPv4Address(words.pop(0))}"
    return f"host {address}"


@dataclass(frozen=True, slots=True)
class EntryParts:
    """An entry taken apart: action, protocol or group, and the two sides with their ports."""

    action: str
    service: str
    source: str
    source_ports: str
    destination: str
    rest: str

    def __str__(self) -> str:
        return " ".join(filter(None, astuple(self)))


def parts_of(entry: str) -> EntryParts:
    """Take apart an entry as printed, without number and dynamic name."""
    words = entry.split()
    action = words.pop(0)
    service = _take(words, 2 if words[0] == "object-group" else 1)
    source = _side(words)
    source_ports = ""
    if words and words[0] in {"eq", "neq", "lt", "gt", "range"}:
        # Up to where the destination begins: eq takes several ports.
        count = next(
            i
            for i, word in enumerate(words)
            if word in _ADDRESS_WORDS or word.count(".") == 3  # noqa: PLR2004
        )
        source_ports = _take(words, count)
    destination = _side(words)
    return EntryParts(action, service, source, source_ports, destination, " ".join(words))


def substituted(entry: str, source: str, destination: str) -> str:
    """Return the temporary entry: the source replaced, everything else the template's.

    A destination is taken over where it is narrower than ``any``: "all other attributes are
    inherited from the original access-list entry" (ios-facts §5).
    """
    parts = parts_of(entry)
    to = parts.destination if destination == "any" else destination
    return str(replace(parts, source=source, destination=to))


def expanded(entry: str, config: Node) -> Iterator[str]:
    """Yield the entry once for each service of its object-group; any other entry as it is."""
    parts = parts_of(entry)
    kind, _, group = parts.service.partition(" ")
    if kind != "object-group":
        yield entry
        return
    for words in filter(None, members("service", group, groups_of(config))):
        protocol, *rest = words
        source_ports = ""
        if rest[:1] == ["source"]:
            del rest[0]
            source_ports = _take(rest, 3 if rest[0] == "range" else 2)
        behind = " ".join((*rest, parts.rest)).strip()
        for each in protocol.split("-"):  # tcp-udp is both
            yield str(replace(parts, service=each, source_ports=source_ports, rest=behind))


def _side(words: list[str]) -> str:
    return _take(words, _ADDRESS_WORDS.get(words[0], 2))


def _take(words: list[str], count: int) -> str:
    taken = " ".join(words[:count])
    del words[:count]
    return taken
