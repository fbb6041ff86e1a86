"""What stands in an order that counts: members of groups, classes of policies.

IOS puts a new one behind the others, so what has to follow it goes and comes again. Last come,
first gone: so an undo has the order of before.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from knockdeploy.command import Command
from knockdeploy.ios.canonical import canonical, canonical_node
from knockdeploy.ios.policies import DEFAULT, class_map
from knockdeploy.ios.tree import Node
from knockdeploy.plan.sequences import n_same
from knockdeploy.plan.undo import typed
from knockdeploy.recipe.placement import Placement

ZONE_POLICY: Final = "policy-map type inspect "
_DROP: Final = "drop"
_TWIN: Final = "_"


def put_in_order(there: Node, wanted: Node) -> Iterator[Command]:
    """Yield what gives a group its members in their order; it is never empty meanwhile.

    One that is to be the first is typed anew before what stands in front of it goes.
    """
    have, want = (
        [canonical(section.text, node.text) for node in section.children]
        for section in (there, wanted)
    )
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


def classes_in_order(running: Node, there: Node, wanted: Node) -> Generator[Command, None, Node]:
    """Yield what gives a policy those classes of ``wanted`` that it has in their order.

    Those that have to follow a new one go and come again (ios-facts-more §A). Meanwhile a twin of
    each does its work: nobody is let in or cut off in between.
    """
    want = {node.text: node for node in wanted.children}
    have = {node.text: node for node in there.children if node.text in want}
    n_kept = n_same([*have], [*want])
    moved, new = [*have.values()][n_kept:], [*want.values()][n_kept:]
    if not moved:
        return there
    path, names = (there.text,), {node.text for node in moved}
    while new[-1].text not in names:  # comes last anyway
        new.pop()
    first = next(i for i, each in enumerate(new) if each.text in names)
    twins = [each for each in new if each.text in names]
    yield from chain.from_iterable(typed(each, path) for each in new[:first])
    yield from chain.from_iterable(_twin(running, each, path) for each in twins)
    yield from (Command(f"no {each.text}", path) for each in reversed(moved))
    yield from chain.from_iterable(typed(each, path) for each in new[first:])
    yield from chain.from_iterable(_without(running, each, path) for each in reversed(twins))
    kept = [node for node in there.children if node not in moved]
    return there.with_children((*kept, *new))


def _twin(running: Node, each: Node, path: tuple[str, ...]) -> Iterator[Command]:
    """Yield what makes a class of another name for the same packets."""
    if of := class_map(running, each.text):
        yield from typed(replace(of, text=f"{of.text}{_TWIN}"))
    yield from typed(replace(each, text=f"{each.text}{_TWIN}"), path)


def _without(running: Node, each: Node, path: tuple[str, ...]) -> Iterator[Command]:
    yield Command(f"no {each.text}{_TWIN}", path)
    if of := class_map(running, each.text):
        yield Command(f"no {of.text}{_TWIN}")


def zone_classes_in_order(there: Node, wanted: Node, at: Placement) -> Iterator[Command]:
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
    have, want = (canonical_node(each, ZONE_POLICY).children for each in (there, wanted))
    return have == want or max(len(have), len(want)) <= 1


def _name(node: Node) -> str:
    return canonical(ZONE_POLICY, node.text)


def _is_default(node: Node) -> bool:
    return node.text.endswith(f" {DEFAULT}")
