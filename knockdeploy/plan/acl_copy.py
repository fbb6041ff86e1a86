"""A copy of an ACL, for images that take no dynamic entry by its number.

Typed in order while unbound, no entry needs a number; one `ip access-group` line then swaps it in.
The ACL that was there stays as it is: the way back is the same line (design §6).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.ownership import Ownership


def copied(running: Node, wanted: Node, owner: Ownership) -> Iterator[Command]:
    """Yield the whole copy: our entries, then what is not ours of the ACL it copies."""
    header = wanted.text
    original = running.child(f"ip access-list extended {owner.record.copy}")
    want = [canonical(header, node.text) for node in wanted.children if not is_remark(node)]
    yield Command(header)
    yield from (Command(text, (header,)) for text in want)
    for node in _foreign(original, owner, want) if original else ():
        line = node.text if is_remark(node) else " ".join(node.text.split())
        yield Command(line, (header,))


def refuse_changed(running: Node, owner: Ownership) -> None:
    """Refuse a copy that no longer has what the ACL has of which it is one.

    Somebody typed into one of them and counts on it: which one is right is theirs to say.

    Raises:
        UnsupportedError: naming the line.
    """
    original = running.child(f"ip access-list extended {owner.record.copy}")
    copy = running.child(f"ip access-list extended {owner.acl}")
    if original is None or not original.children:
        raise UnsupportedError(
            f"the ACL {owner.record.copy}, of which {owner.acl} is a copy, is gone",
            f"define `ip access-list extended {owner.record.copy}` on the router again",
        )
    if copy is None:
        return
    mine = owner.ours_in_acl(copy)
    want = [canonical(copy.text, copy.children[i].text) for i in mine]
    theirs = [canonical(copy.text, n.text) for i, n in enumerate(copy.children) if i not in mine]
    there = [canonical(copy.text, node.text) for node in _foreign(original, owner, want)]
    pairs = zip_longest(theirs, there)
    if differing := next((has or had for has, had in pairs if has != had), None):
        raise UnsupportedError(
            f"{owner.acl} is a copy of the ACL {owner.record.copy}, and since then somebody "
            f"changed one of them: '{differing}'",
            "type it into the other one too, or take it out, so that both have the same again",
        )


def _foreign(original: Node, owner: Ownership, want: list[str]) -> Iterator[Node]:
    """Yield everybody else's entries and remarks; one that reads like ours stands above already."""
    ours = owner.ours_in_acl(original)
    for i, node in enumerate(original.children):
        is_twice = not is_remark(node) and canonical(original.text, node.text) in want
        is_old = node.text.startswith("dynamic ")  # typed by hand for the other name
        if i not in ours and not is_twice and not is_old:
            yield node
