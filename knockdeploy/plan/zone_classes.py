"""Classes of a zone's policy: IOS puts a new one behind the others, before class-default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from knockdeploy.command import Command
from knockdeploy.ios.canonical import canonical, canonical_node
from knockdeploy.ios.policies import DEFAULT
from knockdeploy.ios.tree import Node
from knockdeploy.plan.sequences import n_same
from knockdeploy.plan.undo import typed
from knockdeploy.recipe.placement import Placement

SECTION: Final = "policy-map type inspect "
_DROP: Final = "drop"


def class_changes(there: Node, wanted: Node, at: Placement) -> Iterator[Command]:
    """Yield what gives a policy our classes in their order; those of others stay as they are.

    Where one has to go for another to come before it, what falls to class-default meanwhile is
    dropped, or more would be let in than before and after.
    """
    whole = at.table.owns(there.text)
    mine = frozenset(range(len(there.children))) if whole else at.table.lines(there)
    have = [n for i, n in enumerate(there.children) if i in mine and not _is_default(n)]
    want = [node for node in wanted.children if not _is_default(node)]
    n_kept = n_same(have, want, _may_stay)
    default = next(filter(_is_default, wanted.children), None) if whole else None
    had = next(filter(_is_default, there.children), None)
    gone = have[n_kept:]
    if default and gone and had and _action(had) != _DROP:
        yield from _acting(there, had, _DROP)
        had = Node(had.text, (Node(_DROP),))
    for node in reversed(gone):
        yield Command(f"no {node.text}", (there.text,))
    for there_now, node in zip(have[:n_kept], want, strict=False):
        yield from _acting(there, there_now, _action(node))
    for node in want[n_kept:]:
        yield from typed(node, (there.text,))
    if default:
        yield from _acting(there, had or Node(default.text, (Node(_DROP),)), _action(default))


def _acting(policy: Node, node: Node, action: str) -> Iterator[Command]:
    """Yield what gives a class its action: what it has goes first (ios-facts-more §A)."""
    had = _action(node)
    if had == action or len(node.children) > 1:  # what has more stays only where it is the same
        return
    path = (policy.text, node.text)
    if node.children:
        yield Command(f"no {had}", path)
    yield Command(action, path)


def _action(node: Node) -> str:
    """Return what a class does; without an action it drops."""
    return node.children[0].text.strip() if node.children else _DROP


def _may_stay(there: Node, wanted: Node) -> bool:
    """Tell whether a class is the wanted one, its action apart."""
    if _name(there) != _name(wanted):
        return False
    have, want = (canonical_node(each, SECTION).children for each in (there, wanted))
    return have == want or max(len(have), len(want)) <= 1


def _name(node: Node) -> str:
    return canonical(SECTION, node.text)


def _is_default(node: Node) -> bool:
    return node.text.endswith(f" {DEFAULT}")
