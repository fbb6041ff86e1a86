"""What must be typed so that nothing of ours is left: a deployment mirrored.

What was made last goes first: what shuts the door, so that nothing stays shut behind a dead engine;
the groups to which all refers and the record, typed first, go last.
"""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.command import Command
from knockdeploy.ios.grammar import key, mode_of
from knockdeploy.ios.tree import Node
from knockdeploy.plan.edits import existing, removing
from knockdeploy.plan.entries import WantedEntry, placed
from knockdeploy.plan.replacing import replacing
from knockdeploy.plan.resequence import numbered_back
from knockdeploy.recipe.enforcement.own_entries import role_of
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.recipe.running import Running


def teardown(running: Running, at: Placement, recipe: Recipe, kept: Node) -> Iterator[Command]:
    """Yield the commands that take away what is ours and put back what it displaced.

    What ``kept`` has of it stays.

    Raises:
        UnsupportedError: if that cannot be had without touching what is somebody else's.
    """
    if kept.child(at.acl_header) is None:
        recipe.enforcement.review_removal(running, at)
    first = [] if kept.children else list(recipe.enforcement.opening(running, at))
    yield from first
    nodes = running.config.children
    for node in sorted(nodes, key=lambda node: -at.table.rank(node.text)):
        for command in _section(running.config, node, at, existing(kept, node.text)):
            if command not in first:
                yield command


def _section(config: Node, node: Node, at: Placement, kept: Node | None) -> Iterator[Command]:
    header = node.text
    if at.table.owns(header):
        if not kept:
            yield removing(header, at)
        return
    if header == at.acl_header:
        if not kept:
            yield from placed(node, at, _back(at))
            yield from numbered_back(config, node, at)
        return
    mine = at.table.lines(node)
    mode = mode_of((header,))
    stays = {key(mode, child.text) for child in kept.children} if kept else set()
    # classes last come, first gone: an undo types them in their order
    for i in sorted(mine, reverse=header.startswith("policy-map ")):
        line = node.children[i].text
        if key(mode, line) not in stays:
            back = at.displaced.get(line)
            if back:
                yield from replacing(line, back, (header,), at)
            else:
                yield Command(f"no {line}", (header,))


def _back(at: Placement) -> dict[int, list[WantedEntry]]:
    """Return the entries that moved up to become ours, by where they go back to."""
    return {
        rank: [WantedEntry(text, role_of(text, at)) for text in texts]
        for rank, texts in at.moved.items()
    }
