"""Sequence numbers of ACL entries: classic IOS keeps them in memory alone (ios-facts §11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from knockdeploy.ios import aces
from knockdeploy.ios.tree import Node, Path

_STEP = 10


def loaded(config: Node) -> Node:
    """Return a configuration as it is after a start: entries numbered 10, 20, 30 ...

    An ACL whose lines all carry numbers keeps them: so the lab is told of odd ones, which no
    running-config shows.
    """
    return _each_acl(config, aces.numbered)


def replaced(before: Node, after: Node) -> Node:
    """Return ``after`` with the numbers that its entries have in ``before``.

    Numbers that stand in its text count. Entries that come back are put between their neighbours;
    an ACL without room is numbered anew.
    """
    return _each_acl(after, lambda acl: _kept(before.child(acl.text), acl))


def shown(config: Node) -> Node:
    """Return a configuration whose entries have their numbers in front (iosxe-facts §6).

    No list is flat then: `access-list 103` is printed as a named one is.
    """
    return _each_acl(config, _with_numbers)


def _with_numbers(acl: Node) -> Node:
    kept = acl if aces.is_numbered(acl) else aces.numbered(acl)
    entries = tuple(replace(entry, text=f"{entry.number} {entry.text}") for entry in kept.children)
    return replace(kept, children=entries, flat=False)


def is_absent(config: Node, mode: Path, line: str) -> bool:
    """Tell whether a line takes away an entry by a number that none has."""
    section = config.at(mode) if aces.is_acl(mode) else None
    match = re.fullmatch(r"no (\d+)", line.strip())
    if section is None or match is None:
        return False
    return all(child.number != int(match[1]) for child in section.children)


def _each_acl(config: Node, number: Callable[[Node], Node]) -> Node:
    return config.with_children(
        tuple(number(node) if aces.is_acl((node.text,)) else node for node in config.children)
    )


def _kept(before: Node | None, after: Node) -> Node:
    printed = aces.numbered(after)
    if printed != after:  # its numbers stand in the text
        return printed
    numbers = {child.text: child.number for child in before.children} if before else {}
    filled = _filled([numbers.get(child.text) for child in after.children])
    if before is None or any(low > high for low, high in pairwise(filled)):
        return printed
    return after.with_children(
        tuple(replace(c, number=n) for c, n in zip(after.children, filled, strict=True))
    )


def _filled(known: list[int | None]) -> list[int]:
    """Return the numbers, each missing one in the middle of its gap; out of order without room."""
    filled = [0]
    for index, number in enumerate(known):
        following = next((n for n in known[index:] if n is not None), filled[-1] + 2 * _STEP)
        between = (filled[-1] + following) // 2
        new = between if between > filled[-1] else -1
        filled.append(new if number is None else number)
    return filled[1:]
