"""Our entries on images where none can refer to an object-group (iosxe-facts §1a).

Entries that name a group are ignored for packets to the router itself there, so no name tells
ours. `gt 0`, a source port that every knock and every session has, marks the entries that hear
knocks, and those that a knock opened: nobody else writes that. What has the form of ours between
the first and the last of those that hear is ours, too. None of that rests on numbers, which not
every train keeps over a reload (§6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knockdeploy.ios import acl
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.filters import WayIn, with_entries
from knockdeploy.ios.match import Ace
from knockdeploy.ios.tree import Node

MARK: Final = "gt 0"
_TO: Final = r"(?:host \S+|any)"
_OPENED: Final = re.compile(rf"permit (?:tcp|udp) host (\S+) {MARK} {_TO} eq \d+$")
_HEARS: Final = re.compile(rf"deny (tcp|udp) any {MARK} {_TO} eq (\d+) log$")
_BESIDE: Final = re.compile(
    rf"permit (?:tcp|udp) (?:any|host \S+|[\d.]+ [\d.]+) {_TO} eq \d+$|"
    rf"permit tcp any {_TO} eq \d+ established$|"
    rf"deny (?P<protocol>tcp|udp) any {_TO} eq (?P<port>\d+)$"
)


def opened_for(text: str) -> str | None:
    """Return for whom a knock made an entry, in canonical words; None if none did."""
    match = _OPENED.match(text)
    return match[1] if match else None


def hears(text: str) -> bool:
    """Tell whether an entry, in canonical words, is one that hears knocks."""
    return bool(_HEARS.match(text))


def own_marked(texts: Sequence[str]) -> frozenset[int]:
    """Return the positions of ours among the entries of a list, in canonical words."""
    heard = [i for i, text in enumerate(texts) if hears(text)]
    if not heard:
        return frozenset()
    between = range(heard[0], heard[-1])
    return frozenset({*heard, *(i for i in between if _BESIDE.match(texts[i]))})


def listening(config: Node) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Yield the lists that hear knocks, each with its entries in canonical words."""
    for node in config.children:
        if acl.is_extended(node.text) and any(f" {MARK} " in n.text for n in node.children):
            texts = tuple(canonical(node.text, child.text) for child in node.children)
            if any(map(hears, texts)):
                yield node, texts


def heard_ports(config: Node) -> Iterator[tuple[str, int]]:
    """Yield protocol and port of what is heard: knocks and decoys."""
    for _, texts in listening(config):
        for match in filter(None, map(_HEARS.match, texts)):
            yield match[1], int(match[2])


def shut_ports(config: Node) -> Iterator[tuple[str, int]]:
    """Yield protocol and port of what ours shuts."""
    for _, texts in listening(config):
        for i in sorted(own_marked(texts)):
            match = _BESIDE.match(texts[i])
            if match and match["port"]:
                yield match["protocol"], int(match["port"])


def noticed(way: WayIn) -> WayIn:
    """Return what lets knocks in as far as where they are heard: an entry that hears is there."""
    return with_entries(way, lambda stage: map(_noticed, stage.entries))


def _noticed(entry: Ace) -> Ace:
    is_heard = f" {MARK} " in entry.text and hears(canonical_entry(entry.text))
    return replace(entry, permits=True) if is_heard else entry


def canonical_entry(text: str) -> str:
    """Return an entry of an extended list in canonical words."""
    return canonical(acl.header(""), text)
