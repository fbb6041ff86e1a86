"""What must be typed so that nothing of ours is left: a deployment mirrored (design §6).

First what shuts the door, so that nothing stays shut behind a dead applet; then the applet, the
control plane, and the groups to which all that refers; the record, typed first, goes last.
"""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.command import Command
from knockdeploy.ios.grammar import key, mode_of
from knockdeploy.ios.tree import Node
from knockdeploy.plan.acl_copy import refuse_changed
from knockdeploy.plan.edits import existing
from knockdeploy.plan.entries import placed
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
_NOTHING = Node("")
_NAMED_BY = {"event manager applet ": 4, "event manager environment ": 4}  # words of a `no`


def leaving(running: Node, owner: Ownership, kept: Node = _NOTHING) -> Iterator[Command]:
    """Yield the commands that take away all that is ours and put back what it displaced.

    But for what ``kept`` has of it, in whatever words.

    Raises:
        UnsupportedError: if that cannot be had without touching what is somebody else's.
    """
    is_kept = kept.child(f"ip access-list extended {owner.acl}") is not None
    if owner.record.copy and not is_kept:
        refuse_changed(running, owner)
    for node in sorted(running.children, key=lambda node: rank(node.text, owner)):
        yield from _section(node, owner, existing(kept, node.text))


def rank(header: str, owner: Ownership) -> int:
    """Return when a section or a line of ours goes; it comes in the opposite order."""
    if header == f"ip access-list extended {owner.acl}" and not owner.owns_section(header):
        return _ORDER.index("")
    return max((i for i, kind in enumerate(_ORDER) if kind and header.startswith(kind)), default=0)


def _section(node: Node, owner: Ownership, kept: Node | None) -> Iterator[Command]:
    header = node.text
    is_acl = header == f"ip access-list extended {owner.acl}"
    if is_acl or owner.owns_section(header) or owner.owns_line((), header):
        if kept:
            return
        if is_acl and not owner.owns_section(header):
            yield from _entries(node, owner)
            return
        words = next((n for kind, n in _NAMED_BY.items() if header.startswith(kind)), None)
        yield Command(f"no {' '.join(header.split()[:words])}")
        return
    mode = mode_of((header,))
    stays = {key(mode, child.text) for child in kept.children} if kept else set()
    for child in node.children:
        if owner.owns_line((header,), child.text) and key(mode, child.text) not in stays:
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
