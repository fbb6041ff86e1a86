"""A long configuration made short: every line that is typed is looked up in the whole of it.

Lines that a plan has nothing to do with stand in runs (a thousand routes, say). The last of a run
stands for all of it, and nothing is ever typed into the middle: IOS keeps such lines together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from knockdeploy.ios.order import global_rank
from knockdeploy.ios.tree import Node

# What decides about packets or refers to names; the rest is known by the wanted lines.
_ALWAYS = frozenset(
    {"object-group", "ip access-list", "class-map", "policy-map", "control-plane", "event"}
)


@dataclass(frozen=True, slots=True)
class Runs:
    """Which lines stand for a run, by their identity: a plan never makes them anew."""

    of: Mapping[int, tuple[Node, ...]] = field(default_factory=dict)

    def whole(self, short: Node) -> Node:
        """Return the configuration with every run in its place."""
        return short.with_children(
            tuple(line for node in short.children for line in self.of.get(id(node), (node,)))
        )


def shortened(config: Node, wanted: Node, interfaces: Collection[str]) -> tuple[Node, Runs]:
    """Return the configuration without the lines that neither ``wanted`` nor a check concerns.

    ``interfaces`` are those whose filters are of interest.
    """
    kinds = _ALWAYS | {_kind(node.text) for node in wanted.children}
    kinds |= {f"interface {name}" for name in interfaces}
    children: list[Node] = []
    runs: dict[int, tuple[Node, ...]] = {}

    def place(node: Node) -> tuple[bool, int | None]:
        return _kind(node.text) in kinds, global_rank(node.text)

    for (is_needed, _), together in groupby(config.children, key=place):
        nodes = tuple(together)
        if is_needed:
            children += nodes
        else:
            children.append(nodes[-1])
            runs[id(nodes[-1])] = nodes
    return config.with_children(tuple(children)), Runs(runs)


def _kind(text: str) -> str:
    words = text.removeprefix("no ").split(maxsplit=2)
    if words[:1] == ["interface"]:
        return text
    return " ".join(words[:2] if words[:1] == ["ip"] else words[:1])
