"""What must be typed so that a router has the wanted configuration, in creation order."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.canonical import canonical, canonical_node
from knockdeploy.ios.grammar import GLOBAL, key, mode_of
from knockdeploy.ios.tree import Node
from knockdeploy.plan.entries import entry_changes
from knockdeploy.plan.model import Command
from knockdeploy.plan.ownership import Ownership, Record
from knockdeploy.plan.undo import typed


def changes(running: Node, wanted: Node, owner: Ownership) -> Iterator[Command]:
    """Yield the commands that make ``running`` have all of ``wanted``, the record first."""
    record = owner.record.line()
    if running.child(record) is None:
        yield Command(record)
    is_first = Record.read(running) is None
    for node in wanted.children:
        if is_first:
            _refuse_taken(_existing(running, node.text), node)
        yield from _section(running, node, owner)


def _section(running: Node, wanted: Node, owner: Ownership) -> Iterator[Command]:
    existing = _existing(running, wanted.text)
    if wanted.text.startswith("ip access-list extended "):
        yield from entry_changes(existing, wanted, owner)
    elif wanted.text.startswith(("interface ", "control-plane")):
        yield from _contribution(existing, wanted)
    elif existing is None:
        yield from typed(wanted)
    elif canonical_node(existing) == canonical_node(wanted):
        return
    elif wanted.text.startswith("event manager applet "):
        # an applet is one program: half of the old with half of the new must never run
        yield Command(f"no event manager applet {wanted.text.split()[3]}")
        yield from typed(wanted)
    elif not wanted.children:
        yield Command(wanted.text)  # a single-valued line: typing it replaces the other
    else:
        yield from _edit(existing, wanted)


def _existing(running: Node, header: str) -> Node | None:
    if (exact := running.child(header)) is not None:
        return exact
    wanted, word = key(GLOBAL, header), header.split(maxsplit=1)[0]
    for node in running.children:
        if node.text.startswith(word) and key(GLOBAL, node.text) == wanted:
            return node
    return None


def _refuse_taken(existing: Node | None, wanted: Node) -> None:
    """Refuse a policy-map of our name that somebody uses for more than our class."""
    if existing is None or not wanted.text.startswith("policy-map "):
        return
    known = {canonical(wanted.text, node.text) for node in wanted.children}
    for node in existing.children:
        if canonical(wanted.text, node.text) not in known:
            raise UnsupportedError(
                f"'{existing.text}' exists already and has '{node.text}'",
                "the name is taken by something else: choose another under knock.names",
            )


def _contribution(existing: Node | None, wanted: Node) -> Iterator[Command]:
    """Yield the lines that a section of somebody else's lacks; nothing there is replaced."""
    mode = mode_of((wanted.text,))
    present = existing.children if existing else ()
    for line in wanted.children:
        other = next((n for n in present if key(mode, n.text) == key(mode, line.text)), None)
        if other is None:
            yield Command(line.text, (wanted.text,))
        elif canonical(wanted.text, other.text) != canonical(wanted.text, line.text):
            raise UnsupportedError(
                f"'{other.text}' stands already under '{wanted.text}'",
                "a policy of your own on the control plane cannot be extended by this version",
            )


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
