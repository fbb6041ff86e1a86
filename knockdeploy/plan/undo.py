"""The lines that take one command back, from the configuration before it and after it."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import replace

from knockdeploy.command import Command
from knockdeploy.ios.aces import is_acl, is_remark, keeps_numbers
from knockdeploy.ios.grammar import key, mode_of
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan.resequence import as_typed, giving_back, is_resequence
from knockdeploy.plan.sequences import apart


def inverse(
    before: Node, after: Node, command: Command, *, prints_numbers: bool
) -> tuple[Command, ...]:
    """Return what undoes ``command``, which made ``after`` of ``before``.

    ``prints_numbers``: those of entries are part of the configuration.

    A line inside a section that the command's own plan created needs no undo of its own: the
    planner leaves it out, because the section goes as a whole.
    """
    if is_resequence(command):
        return giving_back(before, command, are_printed=prints_numbers)
    old, new = before.at(command.parents), after.at(command.parents)
    if old is None:  # a section of the control plane: it is there once a line is
        old = Node(command.parents[-1])
    lost = _missing(old, new)
    gained = _missing(new, old) if new is not None else ()
    mode = mode_of(command.parents)
    kept = {key(mode, node.text) for node in lost}
    undo = [
        Command(_off(node, command.parents), command.parents, alone=True)
        for node in gained
        if is_acl(command.parents) or key(mode, node.text) not in kept
    ]
    for node in lost:
        undo.extend(typed(node, command.parents))
    return tuple(undo)


def _missing(here: Node, there: Node | None) -> tuple[Node, ...]:
    """Return the lines of ``here`` that ``there`` does not have."""
    # one command changes one place: all else is the very same node in both
    mine, theirs = apart(here.children, there.children if there else (), operator.is_)
    others = {(node, node.number) for node in theirs}
    return tuple(node for node in mine if (node, node.number) not in others)


def _off(node: Node, parents: Path) -> str:
    if is_acl(parents) and node.number is not None and not is_remark(node):
        return f"no {node.number}"
    return node.text.removeprefix("no ") if node.text.startswith("no ") else f"no {node.text}"


def typed(node: Node, parents: Path = ()) -> Iterator[Command]:
    """Yield the commands that type ``node`` and all below it.

    An entry of an ACL by its number; those of a whole ACL in their order, which needs none but
    where IOS would give others: a dynamic entry is taken by number by no means everywhere.
    """
    line = node.text
    if is_acl(parents):
        number = "" if node.number is None else f"{node.number} "
        line = f"{number}{as_typed(node)}"
    yield Command(line, parents, role=node.role)
    bare = is_acl((node.text,)) and not keeps_numbers(node)
    for child in node.children:
        yield from typed(replace(child, number=None) if bare else child, (*parents, node.text))
