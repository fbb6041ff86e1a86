"""Entries of an extended ACL: ours on top of everybody else's, or back where they stood.

Foreign entries never move. Ours stay where they are if they stand in order in their place; the
others go and come again, by number, in the gaps.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knockdeploy.command import Command
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.plan.resequence import NoRoomError, making_room
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.role import Role

_STEP = 10
_RANKS = {role.value: rank for rank, role in enumerate(Role)}
_LATEST_MOVED_AT_ONCE = _RANKS[Role.KNOCK]


@dataclass(frozen=True, slots=True)
class WantedEntry:
    """An entry that is wanted, in canonical words, and what it is for."""

    text: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class _Standing:
    text: str
    number: int
    ours: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """Our entries between two foreign ones, and the numbers of those; None: nothing is below."""

    low: int
    high: int | None
    mine: tuple[_Standing, ...]


@dataclass(frozen=True, slots=True)
class _Addition:
    """An entry and its number; ``spare`` is a free number beside it, ``evicts`` whose it was."""

    entry: WantedEntry
    number: int
    spare: int | None = None
    evicts: tuple[int, ...] = ()


def entry_changes(existing: Node, wanted: Node, at: Placement) -> Iterator[Command]:
    """Yield what gives an ACL that exists the entries of ``wanted``, by number.

    Remarks are left alone: they filter nothing. Where no number is free all entries are numbered
    anew first.
    """
    header = wanted.text
    want = [
        WantedEntry(canonical(header, node.text), node.role)
        for node in wanted.children
        if not is_remark(node)
    ]
    yield from placed(existing, at, {0: want})


def placed(
    section: Node, at: Placement, wants: Mapping[int, Sequence[WantedEntry]]
) -> Iterator[Command]:
    """Yield the commands after which ``section`` has just the wanted entries of ours, in place.

    ``wants`` has them by how many foreign entries stand above.
    """
    header = section.text
    have = _read(section, at, wants)
    try:
        lines = list(_lines(have, wants, at.reserved))
    except NoRoomError as error:
        resequence, start, step = making_room(header.rpartition(" ")[2], error.count)
        yield resequence
        have = [replace(entry, number=start + step * i) for i, entry in enumerate(have)]
        lines = list(_lines(have, wants, at.reserved))
    for line, role in lines:
        yield Command(line, (header,), role=role)


def _lines(
    have: list[_Standing], wants: Mapping[int, Sequence[WantedEntry]], lowest: int
) -> Iterator[tuple[str, str]]:
    """Yield the lines, each with what its entry is for; none has a number up to ``lowest``."""
    parts = _parts(have, lowest)
    want: list[list[WantedEntry]] = [[] for _ in parts]
    for rank, entries in sorted(wants.items()):
        want[min(rank, len(parts) - 1)] += entries
    keep = [_kept(part, entries) for part, entries in zip(parts, want, strict=True)]
    stays = {number for kept in keep for number in kept.values()}
    gone = [entry for entry in have if entry.ours and entry.number not in stays]
    added = [
        addition
        for part, entries, kept in zip(parts, want, keep, strict=True)
        for addition in _additions(part, entries, kept, gone)
    ]
    stale = {entry.number: entry.text for entry in gone}
    yield from ((line, "") for line in _opening(gone, added, stale))
    for number in sorted({number for each in added for number in each.evicts} & stale.keys()):
        yield f"no {number}", ""
        del stale[number]
    old_number = {_once(text): number for number, text in stale.items()}
    for each in sorted(added, key=lambda each: (_rank(each.entry), each.number)):
        old = old_number.get(_once(each.entry.text))
        yield from ((line, each.entry.role) for line in _moved(each, old))
        stale.pop(old or 0, None)
    yield from ((f"no {number}", "") for number in stale)


def _opening(gone: list[_Standing], added: list[_Addition], stale: dict[int, str]) -> Iterator[str]:
    """Yield what takes ours off that deny, where nothing takes their place: the door opens first.

    Whatever stands below one of them goes before: it would let in who never was.
    """
    denies = [entry.number for entry in gone if _shuts(entry.text)]
    if not denies or any(_shuts(each.entry.text) for each in added):
        return
    again = {_once(each.entry.text) for each in added}
    below = [e.number for e in gone if e.number > denies[0] and _once(e.text) not in again]
    for number in (*(n for n in below if n not in denies), *denies):
        yield f"no {number}"
        del stale[number]


def _shuts(text: str) -> bool:
    """Tell whether an entry of ours shuts a service: one that logs is there to hear knocks."""
    return text.startswith("deny ") and not text.endswith(" log")


def _once(text: str) -> str:
    """Return what an ACL can have once: an entry, and a dynamic name (ios-facts §5)."""
    return " ".join(text.split()[:2]) if text.startswith("dynamic ") else text


def _moved(new: _Addition, old_number: int | None) -> Iterator[str]:
    """Yield what brings one entry to its place, from ``old_number`` if it stands elsewhere.

    IOS takes an entry once only, so it must go before it comes again. Meanwhile the same entry
    with `log` does its work: nobody is let in or cut off in between.
    """
    line = f"{new.number} {new.entry.text}"
    if old_number is None:
        yield line
    elif new.spare is None:
        yield from (f"no {old_number}", line)
    else:
        yield from (
            f"{new.spare} {new.entry.text} log",
            f"no {old_number}",
            line,
            f"no {new.spare}",
        )


def _rank(entry: WantedEntry) -> int:
    return _RANKS.get(entry.role, _RANKS[Role.BODY])


def _read(
    section: Node, at: Placement, wants: Mapping[int, Sequence[WantedEntry]]
) -> list[_Standing]:
    """Return the entries as they stand.

    One that reads like one we want counts as ours: IOS takes it once, and it must stand in ours.
    """
    want = {entry.text for entries in wants.values() for entry in entries}
    whole = at.table.owns(section.text)
    ours = frozenset(range(len(section.children))) if whole else at.table.lines(section)
    return [
        _Standing(text, node.number or 0, i in ours or text in want)
        for i, node in enumerate(section.children)
        if not is_remark(node) and (text := canonical(section.text, node.text))
    ]


def _parts(have: list[_Standing], lowest: int) -> list[_Part]:
    """Return what stands above, between and below the foreign entries."""
    parts: list[_Part] = []
    low, mine = lowest, []
    for entry in have:
        if entry.ours:
            mine.append(entry)
        else:
            parts.append(_Part(low, entry.number, tuple(mine)))
            low, mine = max(lowest, entry.number), []
    return [*parts, _Part(low, None, tuple(mine))]


def _kept(part: _Part, want: Sequence[WantedEntry]) -> dict[int, int]:
    """Return which entries may stay: index in ``want`` to the number of the entry."""
    if not part.mine or not want:
        return {}
    mine = [entry.text for entry in part.mine]
    matcher = difflib.SequenceMatcher(a=mine, b=[e.text for e in want], autojunk=False)
    return {
        block.b + offset: part.mine[block.a + offset].number
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }


def _additions(
    part: _Part, want: Sequence[WantedEntry], number_of: Mapping[int, int], stale: list[_Standing]
) -> list[_Addition]:
    """Give every missing entry a number right below what follows it."""
    added: list[_Addition] = []
    low = part.low
    gap: list[WantedEntry] = []
    for index, entry in enumerate(want):
        if index not in number_of:
            gap.append(entry)
            continue
        added += _fill(low, number_of[index], gap, stale)
        low, gap = number_of[index], []
    if part.high is not None:
        return added + _fill(low, part.high, gap, stale)
    last = max((low, *(entry.number for entry in stale)))
    numbers = [last + _STEP * (i + 1) for i in range(len(gap))]
    return added + [
        _Addition(entry, number, number + 1 if _needs_stopgap(entry) else None)
        for entry, number in zip(gap, numbers, strict=True)
    ]


def _fill(
    low: int, high: int, wanted: list[WantedEntry], stale: list[_Standing]
) -> list[_Addition]:
    """Number ``wanted`` between ``low`` and ``high``; what is stale gives way if it must."""
    if not wanted:
        return []
    moved = {entry.text for entry in stale} & {
        entry.text for entry in wanted if _needs_stopgap(entry)
    }
    count = len(wanted) + bool(moved)
    taken = {entry.number for entry in stale}
    free = [n for n in range(max(low + 1, high - count - len(taken)), high) if n not in taken]
    evicts: tuple[int, ...] = ()
    if len(free) < count:
        count = len(wanted)  # without a spare number: what is in the way goes before
        free = list(range(max(low + 1, high - count), high))
        evicts = tuple(n for n in free if n in taken)
    if len(free) < count:
        raise NoRoomError(count + len(stale) + 1)
    numbers = free[len(free) - count :]
    spare = numbers.pop() if count > len(wanted) else None
    return [
        _Addition(entry, number, spare if entry.text in moved else None, evicts)
        for entry, number in zip(wanted, numbers, strict=True)
    ]


def _needs_stopgap(entry: WantedEntry) -> bool:
    """Tell whether packets change their fate while the entry is away: not for our first two."""
    return _rank(entry) > _LATEST_MOVED_AT_ONCE
