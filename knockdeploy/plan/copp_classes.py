"""Classes of a policy on the control plane: a packet is in the first that takes it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import chain

from knockdeploy.command import Command
from knockdeploy.ios.policies import class_map
from knockdeploy.ios.tree import Node
from knockdeploy.plan.sequences import n_same
from knockdeploy.plan.undo import typed

_TWIN = "_"


def classes_in_order(running: Node, there: Node, wanted: Node) -> Generator[Command, None, Node]:
    """Yield what gives a policy those classes of ``wanted`` that it has in their order.

    IOS puts a new class behind the others (ios-facts-more §A), so those that have to follow go and
    come again. Meanwhile a twin of each does its work: nobody is let in or cut off in between. Last
    come, first gone: so an undo has the order of before.
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
