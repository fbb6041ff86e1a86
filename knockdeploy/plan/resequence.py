"""Room between the entries of an ACL: `resequence`, and what gives the old numbers back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from knockdeploy.command import Command
from knockdeploy.ios import acl
from knockdeploy.ios.aces import RESEQUENCE, is_remark, numbered, numbers_of, regular_numbers
from knockdeploy.ios.free_name import free_name
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.placement import Placement

_LEAST_START = 1000
_LEAST_STEP = 10


class NoRoomError(Exception):
    """``count`` entries do not fit where they have to stand."""

    def __init__(self, count: int) -> None:
        self.count = count


def making_room(name: str, count: int) -> tuple[Command, int, int]:
    """Return the line that leaves room for ``count`` entries anywhere, its start and its step."""
    room = 10 ** len(str(count))
    start, step = max(_LEAST_START, room), max(_LEAST_STEP, room)
    return _resequence(name, start, step), start, step


def _resequence(name: str, start: int, step: int) -> Command:
    return Command(f"ip access-list resequence {name} {start} {step}")


def giving_back(before: Node, command: Command, *, are_printed: bool) -> tuple[Command, ...]:
    """Return what numbers the entries as they were.

    Numbers without one step are left as they are where running-config does not print them: such
    entries filter the same, and after a reload they have others anyway (ios-facts §11).
    """
    match = RESEQUENCE.match(command.line)
    section = before.child(acl.header(match[1])) if match else None
    if match is None or section is None:
        return ()
    regular = regular_numbers(section)
    if regular is not None:
        return (_resequence(match[1], *regular),)
    return tuple(renumbering(before, section, numbers_of(section))) if are_printed else ()


def renumbering(config: Node, section: Node, numbers: Sequence[int]) -> Iterator[Command]:
    """Yield what gives the entries of a list numbers that have no one step.

    An entry has to go before it comes with another number: meanwhile a copy filters. ``section``
    is the list with its entries in their order, whatever numbers they have by then.
    """
    name, header = section.text.rpartition(" ")[2], section.text
    copy = free_name(config, name)
    bound = [n.text for n in config.children if n.child(acl.binding(name))]
    yield Command(acl.header(copy))
    yield from (Command(as_typed(node), (acl.header(copy),)) for node in section.children)
    yield from (Command(acl.binding(copy), (interface,)) for interface in bound)
    start = 10 ** len(str(max(numbers)))  # above all of them, so that none is taken
    yield _resequence(name, start, _LEAST_STEP)
    old = numbered(section, [start + _LEAST_STEP * i for i in range(len(numbers))])
    pairs = zip(old.children, numbered(section, numbers).children, strict=True)
    for _, group in groupby(pairs, key=lambda pair: pair[1].number):  # remarks and their entry
        together = tuple(group)
        for was, _ in reversed(together):  # so that an undo, too, types a remark before its entry
            yield Command(f"no {was.text if is_remark(was) else was.number}", (header,))
        for _, node in together:
            yield Command(f"{node.number} {as_typed(node)}", (header,))
    yield from (Command(acl.binding(name), (interface,)) for interface in bound)
    yield Command(f"no {acl.header(copy)}")


def as_typed(entry: Node) -> str:
    """Return an entry without the blanks that IOS prints in it."""
    return entry.text if is_remark(entry) else " ".join(entry.text.split())


def numbered_back(config: Node, section: Node, at: Placement) -> Iterator[Command]:
    """Yield what gives the entries of others the numbers that they had before ours.

    Where they had no one step, and somebody has added an entry since, they keep those of now.
    """
    mine = at.table.lines(section)
    theirs = section.with_children(
        tuple(node for i, node in enumerate(section.children) if i not in mine)
    )
    now = numbers_of(theirs)
    if at.numbers is not None:
        start, step = at.numbers
        if at.moved or any(n != start + step * i for i, n in enumerate(now)):
            name = section.text.rpartition(" ")[2]
            yield _resequence(name, start, step)
    elif len(now) == len(at.irregular) and now != at.irregular and not at.moved:
        yield from renumbering(config, theirs, at.irregular)


def is_resequence(command: Command) -> bool:
    """Tell whether the command gives the entries of an ACL other numbers."""
    return not command.parents and bool(RESEQUENCE.match(command.line))
