"""What must be typed so that ours is again as an earlier configuration had it.

Everybody else's lines stay as they are now, whatever they were then.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.edits import section_changes
from knockdeploy.plan.entries import WantedEntry, placed
from knockdeploy.recipe.placement import Placement, Placements


def restore(running: Node, before: Node, at: Placements) -> Iterator[Command]:
    """Yield what gives ``running`` what of ours ``before`` had, in creation order.

    What is ours now alone stays.

    Raises:
        UnsupportedError: if somebody took away what it stood in.
    """
    now, then = at.now, at.then
    theirs = then.acl_header
    ours = then.only_ours(before).children
    for node in sorted(ours, key=lambda node: then.table.rank(node.text)):
        if node.text == theirs and not then.table.owns(theirs):
            placement = now if now.acl == then.acl else then
            wants = _wanted(running, before, placement, then)
            yield from placed(running.child(theirs) or Node(theirs), placement, wants)
        else:
            yield from section_changes(running, node, then)


def _wanted(
    running: Node, before: Node, now: Placement, then: Placement
) -> dict[int, list[WantedEntry]]:
    """Return our entries of before, by how many entries stood above that others still have."""
    header = then.acl_header
    section, had = running.child(header), before.child(header)
    if section is None or had is None:
        raise UnsupportedError(
            f"the ACL {then.acl}, in which our entries stood, is gone",
            f"define `{header}` on the router again",
        )
    texts = [canonical(header, node.text) for node in had.children]
    mine = now.table.lines(section)
    standing = [canonical(header, node.text) for node in section.children]
    wanted = {texts[i] for i in then.table.lines(had)} | {standing[i] for i in mine}
    wanted |= {*chain.from_iterable(now.moved.values())}
    theirs = {text for i, text in enumerate(standing) if i not in mine}
    wants: dict[int, list[WantedEntry]] = {}
    above = 0
    for node, text in zip(had.children, texts, strict=True):
        if text in wanted:
            wants.setdefault(above, []).append(WantedEntry(text, node.role))
        above += text in theirs - wanted and not is_remark(node)
    return wants
