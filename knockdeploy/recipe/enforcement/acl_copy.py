"""A copy of an ACL, for images that take no dynamic entry by its number.

Typed in order while unbound, no entry needs a number; one `ip access-group` line then swaps it in.
The ACL that was there stays as it is: the way back is the same line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios import acl
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.enforcement.own_entries import own_entries
from knockdeploy.recipe.placement import Placement


def whole_copy(running: Node, wanted: Node, at: Placement) -> Node:
    """Return the whole copy: our entries, then what is not ours of the ACL it copies."""
    original = running.child(acl.header(at.copies or ""))
    entries = [node for node in wanted.children if not is_remark(node)]
    ours = [replace(node, text=canonical(wanted.text, node.text)) for node in entries]
    want = [node.text for node in ours]
    theirs = [
        node if is_remark(node) else replace(node, text=" ".join(node.text.split()))
        for node in (_foreign(original, at, want) if original else ())
    ]
    return wanted.with_children((*ours, *theirs))


def refuse_changed(running: Node, at: Placement) -> None:
    """Refuse a copy that no longer has the entries of its original.

    Somebody typed into one of them and counts on it: which one is right is theirs to say.

    Raises:
        UnsupportedError: naming the line.
    """
    original = running.child(acl.header(at.copies or ""))
    copy = running.child(at.acl_header)
    if original is None or not original.children:
        raise UnsupportedError(
            f"the ACL {at.copies}, of which {at.acl} is a copy, is gone",
            f"define `ip access-list extended {at.copies}` on the router again",
        )
    if copy is None:
        return
    mine = own_entries(copy, at)
    want = [canonical(copy.text, copy.children[i].text) for i in mine]
    theirs = [canonical(copy.text, n.text) for i, n in enumerate(copy.children) if i not in mine]
    there = [canonical(copy.text, node.text) for node in _foreign(original, at, want)]
    if theirs != there:
        alone = (each for each in (*theirs, *there) if theirs.count(each) != there.count(each))
        moved = (has for has, had in zip(theirs, there, strict=False) if has != had)
        raise UnsupportedError(
            f"{at.acl} is a copy of the ACL {at.copies}, and since then somebody "
            f"changed one of them: '{next(chain(alone, moved))}'",
            "type it into the other one too, or take it out, so that both have the same again",
        )


def _foreign(original: Node, at: Placement, want: list[str]) -> Iterator[Node]:
    """Yield everybody else's entries and remarks; one that reads like ours stands above already."""
    ours = own_entries(original, at)
    for i, node in enumerate(original.children):
        is_twice = not is_remark(node) and canonical(original.text, node.text) in want
        is_old = node.text.startswith("dynamic ")  # typed by hand for the other name
        if i not in ours and not is_twice and not is_old:
            yield node
