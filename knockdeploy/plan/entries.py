"""Entries of an extended ACL: ours on top of everybody else's, in the rendered order.

Foreign entries never move. Ours stay where they are if they stand in order above the first
foreign one; the others go and come again, by number, in the gaps.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.model import Command
from knockdeploy.plan.ownership import Ownership

_STEP = 10
# The order in which ours are typed (worked example): the dynamic entry first, because an image
# may refuse it, then what keeps sessions up, then management; what denies comes last.
_ROLES = (
    re.compile(r"dynamic "),
    re.compile(r"permit object-group \S+ any (host|any)"),
    re.compile(r"permit tcp .* established$"),
    re.compile(r"permit "),
    re.compile(r"(?!deny )"),
    re.compile(r"deny "),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    number: int
    ours: bool


def entry_changes(existing: Node | None, wanted: Node, owner: Ownership) -> Iterator[Command]:
    """Yield what gives the ACL of ``wanted`` its entries: by number where it exists already.

    Raises:
        UnsupportedError: if no numbers are free where an entry has to stand.
    """
    header = wanted.text
    if existing is None:
        yield Command(header)
        yield from (Command(node.text, (header,)) for node in wanted.children)
        return
    have = _read(existing, owner)
    want = [canonical(header, node.text) for node in wanted.children]
    keep = _kept(have, want)
    removed = [entry for i, entry in enumerate(have) if entry.ours and i not in keep]
    added = _numbered_additions(have, want, keep, header)
    moved = {entry.text for entry in removed} & {text for _, text in added}
    for entry in removed:
        if entry.text in moved:  # the same entry cannot stand twice
            yield Command(f"no {entry.number}", (header,))
    for number, text in sorted(added, key=lambda item: (_role(item[1]), item[0])):
        yield Command(f"{number} {text}", (header,))
    for entry in removed:
        if entry.text not in moved:
            yield Command(f"no {entry.number}", (header,))


def _role(text: str) -> int:
    return next(rank for rank, pattern in enumerate(_ROLES) if pattern.match(text))


def _read(section: Node, owner: Ownership) -> list[_Entry]:
    whole = owner.owns_section(section.text)
    ours = frozenset(range(len(section.children))) if whole else owner.ours_in_acl(section)
    return [
        _Entry(canonical(section.text, node.text), node.number or 0, i in ours)
        for i, node in enumerate(section.children)
        if not node.text.startswith("remark") or i in ours
    ]


def _kept(have: list[_Entry], want: list[str]) -> dict[int, int]:
    """Return which entries may stay: index in ``have`` to index in ``want``."""
    first_foreign = next((i for i, entry in enumerate(have) if not entry.ours), len(have))
    mine = [entry.text for entry in have[:first_foreign]]
    matcher = difflib.SequenceMatcher(a=mine, b=want, autojunk=False)
    return {
        block.a + offset: block.b + offset
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }


def _numbered_additions(
    have: list[_Entry], want: list[str], keep: dict[int, int], header: str
) -> list[tuple[int, str]]:
    """Give every missing entry a number right below what follows it."""
    number_of = {want_index: have[index].number for index, want_index in keep.items()}
    foreign = [entry.number for entry in have if not entry.ours]
    added: list[tuple[int, str]] = []
    low = 0
    gap: list[str] = []
    for index, text in enumerate(want):
        if index not in number_of:
            gap.append(text)
            continue
        added += _fill(low, number_of[index], gap, header)
        low, gap = number_of[index], []
    high = foreign[0] if foreign else low + _STEP * (len(gap) + 1)
    if foreign:
        return added + _fill(low, high, gap, header)
    return added + [(low + _STEP * (i + 1), text) for i, text in enumerate(gap)]


def _fill(low: int, high: int, texts: list[str], header: str) -> list[tuple[int, str]]:
    if len(texts) > high - low - 1:
        name = header.rpartition(" ")[2]
        raise UnsupportedError(
            f"{len(texts)} entries must stand between number {low} and number {high} of the ACL "
            f"{name}, and there is no gap",
            f"make room on the router: ip access-list resequence {name} 1000 10",
        )
    return [(high - len(texts) + i, text) for i, text in enumerate(texts)]
