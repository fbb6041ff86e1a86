"""What must be typed so that ours is again as an earlier configuration had it.

Everybody else's lines stay as they are now, whatever they were then.
"""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.edits import section_changes
from knockdeploy.plan.entries import placed
from knockdeploy.plan.ownership import Ownership
from knockdeploy.plan.teardown import rank


def returning(running: Node, before: Node, now: Ownership, then: Ownership) -> Iterator[Command]:
    """Yield what gives ``running`` what of ours ``before`` had, in creation order.

    ``now`` and ``then`` tell what is ours in each; what is ours now alone stays.

    Raises:
        UnsupportedError: if somebody took away what it stood in.
    """
    theirs = f"ip access-list extended {then.acl}"
    for node in sorted(then.only_ours(before).children, key=lambda node: -rank(node.text, then)):
        if node.text == theirs and not then.owns_section(theirs):
            owner = now if now.acl == then.acl else then
            wants = _wanted(running, before, owner, then)
            yield from placed(running.at((theirs,)) or Node(theirs), owner, wants)
        else:
            yield from section_changes(running, node, then)


def _wanted(running: Node, before: Node, owner: Ownership, then: Ownership) -> dict[int, list[str]]:
    """Return our entries of before, by how many entries stood above that others still have."""
    header = f"ip access-list extended {then.acl}"
    section, had = running.child(header), before.child(header)
    if section is None or had is None:
        raise UnsupportedError(
            f"the ACL {then.acl}, in which our entries stood, is gone",
            f"define `ip access-list extended {then.acl}` on the router again",
        )
    texts = [canonical(header, node.text) for node in had.children]
    mine = owner.ours_in_acl(section)
    now = [canonical(header, node.text) for node in section.children]
    wanted = {texts[i] for i in then.ours_in_acl(had)} | {now[i] for i in mine}
    wanted |= {moved.text for moved in owner.record.moved}
    theirs = {text for i, text in enumerate(now) if i not in mine}
    wants: dict[int, list[str]] = {}
    above = 0
    for node, text in zip(had.children, texts, strict=True):
        if text in wanted:
            wants.setdefault(above, []).append(text)
        above += text in theirs - wanted and not is_remark(node)
    return wants
