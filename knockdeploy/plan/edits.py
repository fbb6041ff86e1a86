"""What must be typed so that a router has the wanted configuration, in creation order."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.ios import acl
from knockdeploy.ios.canonical import canonical, canonical_node
from knockdeploy.ios.grammar import is_lasting, key, mode_of
from knockdeploy.ios.modes import GLOBAL
from knockdeploy.ios.tree import Node
from knockdeploy.plan.entries import entry_changes
from knockdeploy.plan.ordered import (
    ZONE_POLICY,
    classes_in_order,
    put_in_order,
    zone_classes_in_order,
)
from knockdeploy.plan.replacing import replacing
from knockdeploy.plan.undo import typed
from knockdeploy.recipe.name_conflicts import refuse_shared
from knockdeploy.recipe.owned import ANY_NAME, Scope
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.record import Record

# Sections that only their own text opens: no other line of a long configuration is looked at.
_OFF_IN_FULL = "zone-pair "  # goes by its name and its zones (ios-facts-more §A)
_ONE_SPELLING = ("ip access-list ", "interface ", "object-group ")


def changes(running: Node, wanted: Node, at: Placement) -> Iterator[Command]:
    """Yield the commands that make ``running`` have all of ``wanted``, the record first."""
    had = Record.read(running)
    if at.record != had:
        yield Command(at.record.line())
    if had is None:
        refuse_shared(running, wanted, at.owned)
    for node in wanted.children:
        needed = tuple(section_changes(running, node, at))
        yield from needed or _renewed(running, wanted, node, at)
    yield from _left_behind(running, wanted, at)
    yield from _stale(running, at)


def section_changes(running: Node, wanted: Node, at: Placement) -> Iterator[Command]:
    """Yield the commands that make a section of ``running`` have all of ``wanted``."""
    there, row = existing(running, wanted.text), at.table.row(wanted.text)
    if there and wanted.text.startswith("policy-map ") and " type " not in wanted.text:
        there = yield from classes_in_order(running, there, wanted)
    if there is not None and acl.is_extended(wanted.text):
        yield from entry_changes(there, wanted, at)
    elif there is not None and wanted.text.startswith(ZONE_POLICY):
        yield from zone_classes_in_order(there, wanted, at)
    elif is_lasting(wanted.text) or (there and (row is None or row.scope is Scope.ENTRIES)):
        yield from _contribution(there, wanted, at)
    elif there is None:
        yield from typed(wanted)
    elif row and row.ordered:
        yield from put_in_order(there, wanted)
    elif canonical_node(there) != canonical_node(wanted):
        yield from _corrected(there, wanted, at)


def _renewed(running: Node, wanted: Node, node: Node, at: Placement) -> Iterator[Command]:
    """Make anew what rests on an object that changes: EEM runs the file that it registered."""
    row = at.table.row(node.text)
    if row and row.rests_on:
        there, other = existing(running, row.rests_on), existing(wanted, row.rests_on)
        if other and (there is None or there.text != other.text):
            yield removing(node.text, at)
            yield from typed(node)


def removing(header: str, at: Placement) -> Command:
    """Return the line that takes away an object of ours; what follows a name is not typed."""
    if header.startswith(_OFF_IN_FULL):
        return Command(f"no {header}")
    row = at.table.row(header)
    is_longer = row is not None and header.startswith(f"{row.header} ")
    return Command(f"no {row.header if row and is_longer else header}")


def _corrected(existing: Node, wanted: Node, at: Placement) -> Iterator[Command]:
    """Yield what makes a section or a line of ours what it should be."""
    row = at.table.row(wanted.text)
    if row and row.replaced:
        yield removing(wanted.text, at)
        yield from typed(wanted)
    elif not wanted.children:
        yield Command(wanted.text)  # a single-valued line: typing it replaces the other
    else:
        yield from _edit(existing, wanted)


def existing(running: Node, header: str) -> Node | None:
    """Return the section of ``running`` with this header, or the one it would replace."""
    if (
        (exact := running.child(header)) is not None
        or is_lasting(header)
        or header.startswith(_ONE_SPELLING)
    ):
        return exact
    wanted, word = key(GLOBAL, header), header.split(maxsplit=1)[0]
    for node in running.children:
        if node.text.startswith(word) and key(GLOBAL, node.text) == wanted:
            return node
    return None


def _contribution(existing: Node | None, wanted: Node, at: Placement) -> Iterator[Command]:
    """Yield the lines of ours that a section of somebody else's lacks.

    Nothing of theirs is replaced, except a line whose place ours takes (``at.displaced``).
    """
    mode = mode_of((wanted.text,))
    present = existing.children if existing else ()
    for line in wanted.children:
        other = next((n for n in present if key(mode, n.text) == key(mode, line.text)), None)
        displaced = at.displaced.get(line.text)
        if displaced and any(n.text == displaced for n in present):
            yield from replacing(displaced, line.text, (wanted.text,), at)
        elif other is None:
            yield from typed(line, (wanted.text,))
        elif line.children:
            yield from _edit(other, line, (wanted.text,))
        elif canonical(wanted.text, other.text) != canonical(wanted.text, line.text):
            raise UnsupportedError(
                f"'{other.text}' is already under '{wanted.text}'",
                "remove it on the router, or have the templates leave it as it is",
            )


def _left_behind(running: Node, wanted: Node, at: Placement) -> Iterator[Command]:
    """Take out lines of ours where none is wanted: in a policy, say, that was replaced.

    Last come, first gone: so an undo has the order of before.
    """
    for node in running.children:
        if not node.text.startswith(at.table.anywhere) or wanted.child(node.text) is not None:
            continue
        row = at.table.row(node.text)
        mine = row.owned_lines(node) if row and row.name == ANY_NAME else ()
        for i in sorted(mine, reverse=True):
            yield Command(f"no {node.children[i].text}", (node.text,))


def _stale(running: Node, at: Placement) -> Iterator[Command]:
    """Take away what another engine, or another version, left: what was made last goes first."""
    for node in sorted(running.children, key=lambda node: -at.table.rank(node.text)):
        row = at.table.row(node.text)
        if row and row.stale and row.scope is not Scope.ENTRIES:
            yield removing(node.text, at)


def _edit(existing: Node, wanted: Node, parents: tuple[str, ...] = ()) -> Iterator[Command]:
    """Yield what turns a section of ours into the wanted one: add first, so it is never empty."""
    if canonical("", existing.text) != canonical("", wanted.text) and not parents:
        raise UnsupportedError(
            f"'{existing.text}' is on the router, where '{wanted.text}' is needed",
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
