"""What changes, as people read it: lines under their parents, and no line that stays."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from knockdeploy.ios.aces import is_acl
from knockdeploy.ios.canonical import canonical_node
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan.model import Plan
from knockdeploy.plan.room import is_resequence
from knockdeploy.plan.states import type_line


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff: ``sign`` is '+', '-', or ' ' for what no configuration shows changed.

    That is a section that stays, and the line that gives the entries of an ACL other numbers.
    """

    sign: str
    text: str
    parents: Path

    def __str__(self) -> str:
        return f"{self.sign} {' ' * len(self.parents)}{self.text}"


def planned(plan: Plan) -> Iterator[DiffLine]:
    """Yield what a plan changes; that it numbers an ACL anew is one line, not one an entry."""
    before = plan.before
    for command in plan.commands:
        if is_resequence(command):
            yield DiffLine(" ", command.line, ())
            before = type_line(before, command)
    yield from diff(before, plan.after)


def diff(before: Node, after: Node, parents: Path = ()) -> Iterator[DiffLine]:
    """Yield the lines that lead from ``before`` to ``after``; entries of ACLs by their number."""
    # States of one change share what did not change: the same node needs no comparing.
    shared = {id(node) for node in before.children} & {id(node) for node in after.children}
    old = [node for node in before.children if id(node) not in shared]
    new = [node for node in after.children if id(node) not in shared]
    matcher = difflib.SequenceMatcher(
        a=[_identity(node, parents) for node in old],
        b=[_identity(node, parents) for node in new],
        autojunk=False,
    )
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone, come = old[old_from:old_to], new[new_from:new_to]
        by_text = {node.text: node for node in gone}
        for node in come:
            if node.text in by_text and not is_acl(parents):
                yield from _inside(by_text.pop(node.text), node, parents)
            elif (node.text, node.number) not in {(n.text, n.number) for n in gone}:
                yield from _whole("+", node, parents)
        for node in by_text.values() if not is_acl(parents) else gone:
            if (node.text, node.number) not in {(n.text, n.number) for n in come}:
                yield from _whole("-", node, parents)


def _identity(node: Node, parents: Path) -> tuple[Node, int | None]:
    header = parents[0] if parents else ""
    return canonical_node(node, header), node.number if is_acl(parents) else None


def _inside(old: Node, new: Node, parents: Path) -> Iterator[DiffLine]:
    changed = list(diff(old, new, (*parents, new.text)))
    if changed:
        yield DiffLine(" ", new.text, parents)
        yield from changed


def _whole(sign: str, node: Node, parents: Path) -> Iterator[DiffLine]:
    number = f"{node.number} " if is_acl(parents) and node.number is not None else ""
    yield DiffLine(sign, number + node.text, parents)
    for child in node.children:
        yield from _whole(sign, child, (*parents, node.text))
