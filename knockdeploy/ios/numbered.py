"""Numbered extended ACLs: printed line by line, and in every other way an ACL like a named one.

In a tree they are the section that ``ip access-list extended 103`` enters. Numbered standard
lists stay the lines they are: nothing of ours ever stands in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from knockdeploy.ios.tree import Node

_NUMBER = r"(1\d\d|2[0-6]\d\d)"
_LINE = re.compile(rf"access-list {_NUMBER} (?=permit|deny|dynamic|remark|evaluate)(.+)$")
_ANY_LINE = re.compile(r"access-list (\d+)(?:\s|$)")
_HEADER = re.compile(rf"ip access-list extended {_NUMBER}$")


def is_numbered_list(header: str) -> bool:
    """Tell whether a header is that of a numbered ACL, which is printed flat."""
    return bool(_HEADER.match(header))


def entry_of(line: str) -> tuple[str, str] | None:
    """Return the section's header and the entry in ``access-list 103 permit ...``, or None."""
    match = _LINE.match(line)
    return (f"ip access-list extended {match[1]}", match[2]) if match else None


def folded(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return top-level lines with those of each numbered ACL as one section, where it began."""
    entries: dict[str, list[Node]] = {}
    result: list[Node] = []
    for node in nodes:
        entry = entry_of(node.text) if node.text.startswith("access-list ") else None
        if entry is None:
            result.append(node)
            continue
        header, text = entry
        if header not in entries:
            result.append(Node(header, flat=True))
        entries.setdefault(header, []).append(Node(text))
    return tuple(
        node.with_children(tuple(entries[node.text])) if node.flat else node for node in result
    )


def without(config: Node, line: str) -> Node | None:
    """Return what ``no LINE`` leaves where it is an ``access-list`` line, else None.

    IOS takes the whole list away, whatever entry the line names.
    """
    match = _ANY_LINE.match(line)
    if match is None:
        return None
    gone = (f"ip access-list extended {match[1]}", f"access-list {match[1]} ")
    return config.keeping(lambda c: c.text != gone[0] and not c.text.startswith(gone[1]))
