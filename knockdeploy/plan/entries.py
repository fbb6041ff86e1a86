"""Entries of an extended ACL: ours on top of everybody else's, in the rendered order.

Foreign entries never move. Ours stay where they are if they stand in order above the first
foreign one; the others go and come again, by number, in the gaps.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.model import Command
from knockdeploy.plan.ownership import Ownership
from knockdeploy.plan.room import NoRoomError, making_room

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


@dataclass(frozen=True, slots=True)
class _Addition:
    """An entry and its number; ``spare`` is a free number beside it, ``evicts`` whose it was."""

    text: str
    number: int
    spare: int | None = None
    evicts: tuple[int, ...] = ()


def entry_changes(existing: Node | None, wanted: Node, owner: Ownership) -> Iterator[Command]:
    """Yield what gives the ACL of ``wanted`` its entries: by number where it exists already.

    Remarks of an ACL that exists are left alone: they filter nothing. Where no number is free
    all entries are numbered anew first.
    """
    header = wanted.text
    if existing is None:
        yield Command(header)
        yield from (Command(node.text, (header,)) for node in wanted.children)
        return
    want = [canonical(header, node.text) for node in wanted.children if not is_remark(node)]
    have = _read(existing, owner, want)
    try:
        lines = list(_lines(have, want))
    except NoRoomError as error:
        resequence, start, step = making_room(header.rpartition(" ")[2], error.count)
        yield resequence
        have = [replace(entry, number=start + step * i) for i, entry in enumerate(have)]
        lines = list(_lines(have, want))
    for line in lines:
        yield Command(line, (header,))


def _lines(have: list[_Entry], want: list[str]) -> Iterator[str]:
    keep = _kept(have, want)
    stale = {e.number: e.text for i, e in enumerate(have) if e.ours and i not in keep}
    added = _additions(have, want, keep)
    for number in sorted({number for each in added for number in each.evicts}):
        yield f"no {number}"
        del stale[number]
    old_number = {_once(text): number for number, text in stale.items()}
    for each in sorted(added, key=lambda each: (_role(each.text), each.number)):
        old = old_number.get(_once(each.text))
        yield from _placed(each, old)
        stale.pop(old or 0, None)
    yield from (f"no {number}" for number in stale)


def _once(text: str) -> str:
    """Return what an ACL can have once: an entry, and a dynamic name (ios-facts §5)."""
    return " ".join(text.split()[:2]) if text.startswith("dynamic ") else text


def _placed(new: _Addition, old_number: int | None) -> Iterator[str]:
    """Yield what brings one entry to its place, from ``old_number`` if it stands elsewhere.

    IOS takes an entry once only, so it must go before it comes again. Meanwhile the same entry
    with `log` does its work: nobody is let in or cut off in between.
    """
    line = f"{new.number} {new.text}"
    if old_number is None:
        yield line
    elif new.spare is None:
        yield from (f"no {old_number}", line)
    else:
        yield from (f"{new.spare} {new.text} log", f"no {old_number}", line, f"no {new.spare}")


def _role(text: str) -> int:
    return next(rank for rank, pattern in enumerate(_ROLES) if pattern.match(text))


def _read(section: Node, owner: Ownership, want: list[str]) -> list[_Entry]:
    """Return the entries as they stand.

    One that reads like one we want counts as ours: IOS takes it once, and it must stand in ours.
    """
    whole = owner.owns_section(section.text)
    ours = frozenset(range(len(section.children))) if whole else owner.ours_in_acl(section)
    return [
        _Entry(text, node.number or 0, i in ours or text in want)
        for i, node in enumerate(section.children)
        if not is_remark(node) and (text := canonical(section.text, node.text))
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


def _additions(have: list[_Entry], want: list[str], keep: dict[int, int]) -> list[_Addition]:
    """Give every missing entry a number right below what follows it."""
    number_of = {want_index: have[index].number for index, want_index in keep.items()}
    stale = [entry for i, entry in enumerate(have) if entry.ours and i not in keep]
    foreign = [entry.number for entry in have if not entry.ours]
    added: list[_Addition] = []
    low = 0
    gap: list[str] = []
    for index, text in enumerate(want):
        if index not in number_of:
            gap.append(text)
            continue
        added += _fill(low, number_of[index], gap, stale)
        low, gap = number_of[index], []
    if foreign:
        return added + _fill(low, foreign[0], gap, stale)
    last = max((low, *(entry.number for entry in stale)))
    numbers = [last + _STEP * (i + 1) for i in range(len(gap))]
    return added + [
        _Addition(text, number, number + 1 if _needs_guard(text) else None)
        for text, number in zip(gap, numbers, strict=True)
    ]


def _fill(low: int, high: int, texts: list[str], stale: list[_Entry]) -> list[_Addition]:
    """Number ``texts`` between ``low`` and ``high``; what is stale gives way if it must."""
    moved = {entry.text for entry in stale} & {text for text in texts if _needs_guard(text)}
    count = len(texts) + bool(moved)
    taken = {entry.number for entry in stale}
    free = [n for n in range(max(low + 1, high - count - len(taken)), high) if n not in taken]
    evicts: tuple[int, ...] = ()
    if len(free) < count:
        count = len(texts)  # without a spare number: what is in the way goes before
        free = list(range(max(low + 1, high - count), high))
        evicts = tuple(n for n in free if n in taken)
    if len(free) < count:
        raise NoRoomError(count + len(stale) + 1)
    numbers = free[len(free) - count :]
    spare = numbers.pop() if count > len(texts) else None
    return [
        _Addition(text, number, spare if text in moved else None, evicts)
        for text, number in zip(texts, numbers, strict=True)
    ]


def _needs_guard(text: str) -> bool:
    """Tell whether packets change their fate while the entry is away: not for our first two."""
    return _role(text) > 1
