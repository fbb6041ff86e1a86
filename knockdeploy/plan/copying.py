"""A copy of an ACL, for images that take no dynamic entry by its number.

Typed in order while unbound, no entry needs a number; one `ip access-group` line then swaps it in.
The ACL that was there stays as it is: the way back is the same line (design §6).
"""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.model import Command
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


def _foreign(original: Node, owner: Ownership, want: list[str]) -> Iterator[Node]:
    """Yield everybody else's entries and remarks; one that reads like ours stands above already."""
    ours = owner.ours_in_acl(original)
    for i, node in enumerate(original.children):
        is_twice = not is_remark(node) and canonical(original.text, node.text) in want
        is_old = node.text.startswith("dynamic ")  # typed by hand for the other name
        if i not in ours and not is_twice and not is_old:
            yield node
