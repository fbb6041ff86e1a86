"""What must be typed so that nothing of ours is left: a deployment mirrored (design §6).

First what shuts the door, so that nothing stays shut behind a dead applet; then the applet, the
control plane, and the groups to which all that refers; the record, typed first, goes last.
"""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.ios.tree import Node
from knockdeploy.plan.copying import refuse_changed
from knockdeploy.plan.entries import placed
from knockdeploy.plan.model import Command
from knockdeploy.plan.ownership import RECORD, Ownership

# The order in which IOS lets them go (ios-facts §11); the ACL of somebody else is edited second.
_ORDER = (
    "interface ",
    "",
    "event manager applet ",
    "event manager environment ",
    "service ",
    "control-plane",
    "policy-map ",
    "class-map ",
    "ip access-list ",
    "object-group ",
    RECORD,
)
_NAMED_BY = {"event manager applet ": 4, "event manager environment ": 4}  # words of a `no`


def leaving(running: Node, owner: Ownership) -> Iterator[Command]:
    """Yield the commands that take away all that is ours and put back what it displaced.

    Raises:
        UnsupportedError: if that cannot be had without touching what is somebody else's.
    """
    if owner.record.copy:
        refuse_changed(running, owner)
    for node in sorted(running.children, key=lambda node: _rank(node.text, owner)):
        yield from _section(node, owner)


def _rank(header: str, owner: Ownership) -> int:
    if header == f"ip access-list extended {owner.acl}" and not owner.owns_section(header):
        return _ORDER.index("")
    return max((i for i, kind in enumerate(_ORDER) if kind and header.startswith(kind)), default=0)


def _section(node: Node, owner: Ownership) -> Iterator[Command]:
    header = node.text
    if owner.owns_section(header) or owner.owns_line((), header):
        words = next((n for kind, n in _NAMED_BY.items() if header.startswith(kind)), None)
        yield Command(f"no {' '.join(header.split()[:words])}")
    elif header == f"ip access-list extended {owner.acl}":
        yield from _entries(node, owner)
    else:
        for child in node.children:
            if owner.owns_line((header,), child.text):
                yield Command(_without(child.text, owner), (header,))


def _without(line: str, owner: Ownership) -> str:
    record = owner.record
    if line == f"ip access-group {owner.acl} in" and record.copy and not record.binding:
        return f"ip access-group {record.copy} in"
    return f"no {line}"


def _entries(section: Node, owner: Ownership) -> Iterator[Command]:
    """Yield what takes our entries out of somebody's ACL; those that moved up go back."""
    back: dict[int, list[str]] = {}
    for moved in owner.record.moved:
        back.setdefault(moved.rank, []).append(moved.text)
    yield from placed(section, owner, back)
