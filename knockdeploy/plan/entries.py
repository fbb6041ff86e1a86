"""Entries of an extended ACL: ours on top of everybody else's, or back where they stood.

Foreign entries never move. Ours stay where they are if they stand in order in their place; the
others go and come again, by number, in the gaps.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knockdeploy.command import Command
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.ownership import Ownership
from knockdeploy.plan.resequence import NoRoomError, making_room

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
class _Part:
    """Our entries between two foreign ones, and the numbers of those; None: nothing is below."""

    low: int
    high: int | None
    mine: tuple[_Entry, ...]


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
    yield from placed(existing, owner, {0: want})


def placed(
    section: Node, owner: Ownership, wants: Mapping[int, Sequence[str]]
) -> Iterator[Command]:
    """Yield what leaves of ours in ``section`` those that are wanted, each in its place.

    ``wants`` has them by how many foreign entries stand above.
    """
    header = section.text
    have = _read(section, owner, wants)
    try:
        lines = list(_lines(have, wants))
    except NoRoomError as error:
        resequence, start, step = making_room(header.rpartition(" ")[2], error.count)
        yield resequence
        have = [replace(entry, number=start + step * i) for i, entry in enumerate(have)]
        lines = list(_lines(have, wants))
    for line in lines:
        yield Command(line, (header,))


def _lines(have: list[_Entry], wants: Mapping[int, Sequence[str]]) -> Iterator[str]:
    parts = _parts(have)
    want: list[list[str]] = [[] for _ in parts]
    for rank, texts in sorted(wants.items()):
        want[min(rank, len(parts) - 1)] += texts
    keep = [_kept(part, texts) for part, texts in zip(parts, want, strict=True)]
    stays = {number for kept in keep for number in kept.values()}
    gone = [entry for entry in have if entry.ours and entry.number not in stays]
    added = [
        addition
        for part, texts, kept in zip(parts, want, keep, strict=True)
        for addition in _additions(part, texts, kept, gone)
    ]
    stale = {entry.number: entry.text for entry in gone}
    yield from _opening(gone, added, stale)
    for number in sorted({number for each in added for number in each.evicts} & stale.keys()):
        yield f"no {number}"
        del stale[number]
    old_number = {_once(text): number for number, text in stale.items()}
    for each in sorted(added, key=lambda each: (_role(each.text), each.number)):
        old = old_number.get(_once(each.text))
        yield from _placed(each, old)
        stale.pop(old or 0, None)
    yield from (f"no {number}" for number in stale)


def _opening(gone: list[_Entry], added: list[_Addition], stale: dict[int, str]) -> Iterator[str]:
    """Yield what takes ours off that deny, where nothing takes their place: the door opens first.

    Whatever stands below one of them goes before: it would let in who never was.
    """
    denies = [entry.number for entry in gone if entry.text.startswith("deny ")]
    if not denies or any(each.text.startswith("deny ") for each in added):
        return
    again = {_once(each.text) for each in added}
    below = [e.number for e in gone if e.number > denies[0] and _once(e.text) not in again]
    for number in (*(n for n in below if n not in denies), *denies):
        yield f"no {number}"
        del stale[number]


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


def _read(section: Node, owner: Ownership, wants: Mapping[int, Sequence[str]]) -> list[_Entry]:
    """Return the entries as they stand.

    One that reads like one we want counts as ours: IOS takes it once, and it must stand in ours.
    """
    want = {text for texts in wants.values() for text in texts}
    whole = owner.owns_section(section.text)
    ours = frozenset(range(len(section.children))) if whole else owner.ours_in_acl(section)
    return [
        _Entry(text, node.number or 0, i in ours or text in want)
        for i, node in enumerate(section.children)
        if not is_remark(node) and (text := canonical(section.text, node.text))
    ]


def _parts(have: list[_Entry]) -> list[_Part]:
    """Return what stands above, between and below the foreign entries."""
    foreign = [entry.number for entry in have if not entry.ours]
    bounds = zip((0, *foreign), (*foreign, None), strict=True)
    return [
        _Part(
            low,
            high,
            tuple(e for e in have if e.ours and low < e.number and (not high or e.number < high)),
        )
        for low, high in bounds
    ]


def _kept(part: _Part, want: Sequence[str]) -> dict[int, int]:
    """Return which entries may stay: index in ``want`` to the number of the entry."""
    mine = [entry.text for entry in part.mine]
    matcher = difflib.SequenceMatcher(a=mine, b=want, autojunk=False)
    return {
        block.b + offset: part.mine[block.a + offset].number
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }


def _additions(
    part: _Part, want: Sequence[str], number_of: Mapping[int, int], stale: list[_Entry]
) -> list[_Addition]:
    """Give every missing entry a number right below what follows it."""
    added: list[_Addition] = []
    low = part.low
    gap: list[str] = []
    for index, text in enumerate(want):
        if index not in number_of:
            gap.append(text)
            continue
        added += _fill(low, number_of[index], gap, stale)
        low, gap = number_of[index], []
    if part.high is not None:
        return added + _fill(low, part.high, gap, stale)
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
