"""Members of a group whose order counts: IOS takes a new one at the end alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knockdeploy.command import Command
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.sequences import n_same
from knockdeploy.plan.undo import typed


def _members(section: Node) -> list[str]:
    return [canonical(section.text, node.text) for node in section.children]


def put_in_order(there: Node, wanted: Node) -> Iterator[Command]:
    """Yield what gives a group its members in their order; it is never empty meanwhile.

    New ones go behind. What goes, goes from behind, and one that is to be the first is typed anew
    before what stands in front of it goes: so an undo has the order of before.
    """
    have, want = _members(there), _members(wanted)
    if have == want:
        return
    n_kept = n_same(have, want)
    rest, new = there.children[n_kept:], list(wanted.children[n_kept:])
    anchor = have.index(want[0]) if not n_kept and want[0] in have else None
    if anchor is not None:
        yield from _removed(there, rest[anchor:])
        rest = rest[:anchor]
    if not n_kept:
        yield from typed(new.pop(0), (there.text,))
    yield from _removed(there, rest)
    for node in new:
        yield from typed(node, (there.text,))


def _removed(section: Node, gone: Sequence[Node]) -> Iterator[Command]:
    for node in reversed(gone):
        yield Command(f"no {node.text.strip()}", (section.text,))
