"""What changes, as people read it: lines under their parents, and no line that stays."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knockdeploy.ios.aces import is_acl
from knockdeploy.ios.canonical import canonical_node
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan.model import Plan
from knockdeploy.plan.resequence import is_resequence
from knockdeploy.plan.typist import type_line
from knockdeploy.secrets import Masker

_GROUP = "object-group "


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff.

    ``sign`` is '+', '-', '~' for a line that only changes its place, '*' for one that stands for
    the time of the change alone, or ' ' for what no configuration shows changed: a section that
    stays, and the line that gives the entries of an ACL other numbers. ``was`` is the number a
    moved entry had.
    """

    sign: str
    text: str
    parents: Path
    was: int | None = None

    def __str__(self) -> str:
        return self.shown(self.text)

    def shown(self, text: str) -> str:
        """Return the line as people read it, with ``text`` in place of its own."""
        was = "" if self.was is None else f" (was {self.was})"
        return f"{self.sign} {' ' * len(self.parents)}{text}{was}"


def planned(plan: Plan) -> Iterator[DiffLine]:
    """Yield what a plan changes; that it numbers an ACL anew is one line, not one an entry."""
    before = plan.before
    for command in plan.commands:
        if is_resequence(command):
            yield DiffLine(" ", command.line, ())
            before = type_line(before, command)
    yield from diff(before, plan.after)


def as_text(lines: Iterable[DiffLine], masker: Masker) -> str:
    """Return a diff as text, without secrets."""
    return "".join(f"{line.shown(masker.line(line.parents, line.text))}\n" for line in lines)


def diff(before: Node, after: Node, parents: Path = ()) -> Iterator[DiffLine]:
    """Yield the lines that lead from ``before`` to ``after``; entries of ACLs by their number."""
    # States of one change share what did not change: the same node needs no comparing.
    # But in a group, where what is typed again has another place.
    shared = {id(node) for node in before.children} & {id(node) for node in after.children}
    shared = set() if parents and parents[0].startswith(_GROUP) else shared
    old = [node for node in before.children if id(node) not in shared]
    new = [node for node in after.children if id(node) not in shared]
    matcher = difflib.SequenceMatcher(
        a=[_identity(node, parents) for node in old],
        b=[_identity(node, parents) for node in new],
        autojunk=False,
    )
    edits = [
        (old[old_from:old_to], new[new_from:new_to])
        for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes()
        if kind != "equal"
    ]
    moved = _moved(edits, parents)
    left = {id(node) for node in moved.values()}
    for gone, come in edits:
        yield from _edited([node for node in gone if id(node) not in left], come, moved, parents)


def _identity(node: Node, parents: Path) -> tuple[Node, int | None]:
    return _meaning(node, parents), node.number if is_acl(parents) else None


def _meaning(node: Node, parents: Path) -> Node:
    top = parents[0] if parents else node.text
    if top.startswith(_GROUP) and not parents:  # one that is put in order has changed
        return Node(top, tuple(canonical_node(child, top) for child in node.children))
    return canonical_node(node, parents[0] if parents else "")


def _moved(edits: list[tuple[list[Node], list[Node]]], parents: Path) -> dict[int, Node]:
    """Return, by the id of a node that came, the one that went and is the same elsewhere."""
    gone = defaultdict(list)
    for node in (node for went, _ in edits for node in went):
        gone[_meaning(node, parents)].append(node)
    come = [(node, gone[_meaning(node, parents)]) for _, came in edits for node in came]
    return {id(node): same.pop(0) for node, same in come if same}


def _edited(
    gone: list[Node], come: list[Node], moved: Mapping[int, Node], parents: Path
) -> Iterator[DiffLine]:
    """Yield what became of one place: sections of the same header are one that changed."""
    left = defaultdict(list)
    for node in gone:
        left[node.text].append(node)
    for node in come:
        if (origin := moved.get(id(node))) is not None:
            yield DiffLine("~", _numbered(node, parents), parents, origin.number)
        elif not is_acl(parents) and (same := left[node.text]):
            if changed := list(diff(same.pop(0), node, (*parents, node.text))):
                yield DiffLine(" ", node.text, parents)
                yield from changed
        else:
            yield from _whole("+", node, parents)
    for same in left.values():
        for node in same:
            yield from _whole("-", node, parents)


def _whole(sign: str, node: Node, parents: Path) -> Iterator[DiffLine]:
    yield DiffLine(sign, _numbered(node, parents), parents)
    for child in node.children:
        yield from _whole(sign, child, (*parents, node.text))


def _numbered(node: Node, parents: Path) -> str:
    return f"{node.number} {node.text}" if is_acl(parents) and node.number else node.text


def places(before: Node, after: Node) -> Sequence[str]:
    """Return the first places where two configurations differ, in words.

    Where they differ, not how: a foreign line may hold anybody's password.
    """
    found = dict.fromkeys(
        f"'{line.parents[0]}'" if line.parents else f"'{line.text.split()[0]} ...'"
        for line in diff(before, after)
        if line.sign != " "
    )
    return list(found)[:3]
