"""What must be typed so that a router has the wanted configuration, in creation order."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.canonical import canonical, canonical_node
from knockdeploy.ios.grammar import key, mode_of
from knockdeploy.ios.modes import GLOBAL
from knockdeploy.ios.tree import Node
from knockdeploy.plan.acl_copy import copied
from knockdeploy.plan.entries import entry_changes
from knockdeploy.plan.ownership import Ownership, Record
from knockdeploy.plan.undo import typed

# Sections that only their own text opens: no other line of a long configuration is looked at.
_ONE_SPELLING = ("ip access-list ", "interface ", "object-group ", "control-plane")


def changes(running: Node, wanted: Node, owner: Ownership) -> Iterator[Command]:
    """Yield the commands that make ``running`` have all of ``wanted``, the record first."""
    record = owner.record.line()
    if running.child(record) is None:
        yield Command(record)
    is_first = Record.read(running) is None
    for node in wanted.children:
        if is_first:
            _refuse_taken(existing(running, node.text), node, owner)
        yield from section_changes(running, node, owner)
    yield from _left_behind(running, owner)


def section_changes(running: Node, wanted: Node, owner: Ownership) -> Iterator[Command]:
    """Yield the commands that make a section of ``running`` have all of ``wanted``."""
    there = existing(running, wanted.text)
    if wanted.text.startswith("ip access-list extended "):
        is_copied = wanted.text == f"ip access-list extended {owner.acl}" and owner.record.copy
        if there is None and is_copied and not owner.owns_section(wanted.text):
            yield from copied(running, wanted, owner)
        else:
            yield from entry_changes(there, wanted, owner)
    elif wanted.text.startswith(("interface ", "control-plane")):
        yield from _contribution(there, wanted, owner)
    elif there is None:
        yield from typed(wanted)
    elif wanted.text.startswith("policy-map ") and not owner.owns_section(there.text):
        yield from _class(there, wanted)
    elif canonical_node(there) != canonical_node(wanted):
        yield from _corrected(there, wanted)


def _corrected(existing: Node, wanted: Node) -> Iterator[Command]:
    """Yield what makes a section or a line of ours what it should be."""
    if wanted.text.startswith("event manager applet "):
        # an applet is one program: half of the old with half of the new must never run
        yield Command(f"no event manager applet {wanted.text.split()[3]}")
        yield from typed(wanted)
    elif not wanted.children:
        yield Command(wanted.text)  # a single-valued line: typing it replaces the other
    else:
        yield from _edit(existing, wanted)


def existing(running: Node, header: str) -> Node | None:
    """Return the line of ``running`` that ``header`` is, or whose place it would take."""
    if (exact := running.child(header)) is not None or header.startswith(_ONE_SPELLING):
        return exact
    wanted, word = key(GLOBAL, header), header.split(maxsplit=1)[0]
    for node in running.children:
        if node.text.startswith(word) and key(GLOBAL, node.text) == wanted:
            return node
    return None


def _refuse_taken(existing: Node | None, wanted: Node, owner: Ownership) -> None:
    """Refuse a policy-map of our name that somebody uses for more than our class."""
    if existing is None or not owner.owns_section(existing.text):
        return
    if not wanted.text.startswith("policy-map "):
        return
    known = {canonical(wanted.text, node.text) for node in wanted.children}
    for node in existing.children:
        if canonical(wanted.text, node.text) not in known:
            raise UnsupportedError(
                f"'{existing.text}' exists already and has '{node.text}'",
                "the name is taken by something else: choose another under knock.names",
            )


def _contribution(existing: Node | None, wanted: Node, owner: Ownership) -> Iterator[Command]:
    """Yield the lines that a section of somebody else's lacks; nothing there is replaced.

    But for the ACL that ours is a copy of.
    """
    mode = mode_of((wanted.text,))
    present = existing.children if existing else ()
    for line in wanted.children:
        other = next((n for n in present if key(mode, n.text) == key(mode, line.text)), None)
        if other is None or other.text == f"ip access-group {owner.record.copy} in":
            yield Command(line.text, (wanted.text,))
        elif canonical(wanted.text, other.text) != canonical(wanted.text, line.text):
            raise UnsupportedError(
                f"'{other.text}' stands already under '{wanted.text}'",
                "remove it on the router, or have the templates leave it as it is",
            )


def _class(existing: Node, wanted: Node) -> Iterator[Command]:
    """Yield what puts our class into somebody else's policy, behind the classes it has."""
    for node in wanted.children:
        there = existing.child(node.text)
        if there is None:
            yield from typed(node, (existing.text,))
        else:
            yield from _edit(there, node, (existing.text,))


def _left_behind(running: Node, owner: Ownership) -> Iterator[Command]:
    """Take our class out of a policy that is on the host path no longer."""
    for node in running.children:
        is_foreign = node.text.startswith("policy-map ") and not owner.owns_section(node.text)
        if is_foreign and node.text != f"policy-map {owner.record.policy}":
            for child in node.children:
                if owner.owns_line((node.text,), child.text):
                    yield Command(f"no {child.text}", (node.text,))


def _edit(existing: Node, wanted: Node, parents: tuple[str, ...] = ()) -> Iterator[Command]:
    """Yield what turns a section of ours into the wanted one: add first, so it is never empty."""
    if canonical("", existing.text) != canonical("", wanted.text) and not parents:
        raise UnsupportedError(
            f"'{existing.text}' is on the router, and '{wanted.text}' is wanted",
            "the name is taken by something else: choose another under knock.names",
        )
    path = (*parents, existing.text)
    top = path[0]
    have = {canonical(top, node.text): node for node in existing.children}
    want = {canonical(top, node.text): node for node in wanted.children}
    for text, node in want.items():
        if text not in have:
            yield from typed(node, path)
        elif node.children or have[text].children:
            yield from _edit(have[text], node, path)
    for text, node in have.items():
        if text not in want:
            yield Command(f"no {node.text.strip()}", path)
