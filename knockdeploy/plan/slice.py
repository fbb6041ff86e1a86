"""A long configuration made short, since every typed line is looked up in the whole of it.

Lines that a plan has nothing to do with stand in runs (a thousand routes, say). The last of a run
stands for all of it, and nothing is ever typed into the middle: IOS keeps such lines together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from knockdeploy.ios.order import global_rank
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import DECIDING
from knockdeploy.recipe.owned import Owned


@dataclass(frozen=True, slots=True)
class Omitted:
    """The runs of lines left out, by the identity of the line that stands for each."""

    of: Mapping[int, tuple[Node, ...]] = field(default_factory=dict)

    def whole(self, short: Node) -> Node:
        """Return the configuration with every run in its place."""
        return short.with_children(
            tuple(line for node in short.children for line in self.of.get(id(node), (node,)))
        )


def kinds_of(owned: Iterable[Owned], wanted: Node, interfaces: Iterable[str]) -> frozenset[str]:
    """Return the kinds of lines that a plan looks at: what is ours or wanted, and what filters."""
    rows = (row.kind for row in owned if row.kind != "interface")
    kinds = {_kind(f"{kind} ") for kind in (*rows, *DECIDING)}
    kinds |= {_kind(node.text) for node in wanted.children}
    return frozenset(kinds | {f"interface {name}" for name in interfaces})


def shortened(config: Node, kinds: Collection[str]) -> tuple[Node, Omitted]:
    """Return the configuration without the lines that are of none of these kinds."""
    children: list[Node] = []
    runs: dict[int, tuple[Node, ...]] = {}

    def place(node: Node) -> tuple[bool, int | None]:
        is_needed = _kind(node.text) in kinds
        return is_needed, None if is_needed else global_rank(node.text)

    for (is_needed, _), together in groupby(config.children, key=place):
        nodes = tuple(together)
        if is_needed:
            children += nodes
        else:
            children.append(nodes[-1])
            runs[id(nodes[-1])] = nodes
    return config.with_children(tuple(children)), Omitted(runs)


def _kind(text: str) -> str:
    first, _, rest = text.removeprefix("no ").partition(" ")
    if first == "interface":
        return text
    return f"ip {rest.partition(' ')[0]}" if first == "ip" else first
