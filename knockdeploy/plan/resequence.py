"""Room between the entries of an ACL: `resequence`, and what gives the old numbers back."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.command import Command
from knockdeploy.ios import acl
from knockdeploy.ios.aces import RESEQUENCE, is_remark, regular_numbers
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.placement import Placement

_LEAST_START = 1000
_LEAST_STEP = 10


class NoRoomError(Exception):
    """``count`` entries do not fit where they have to stand."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def making_room(name: str, count: int) -> tuple[Command, int, int]:
    """Return the line that leaves room for ``count`` entries anywhere, its start and its step."""
    room = 10 ** len(str(count))
    start, step = max(_LEAST_START, room), max(_LEAST_STEP, room)
    return Command(f"ip access-list resequence {name} {start} {step}"), start, step


def giving_back(before: Node, command: Command) -> tuple[Command, ...]:
    """Return what numbers the entries as they were, where they were numbered regularly.

    Others cannot be numbered so by one line. They filter the same, and after a reload they have
    other numbers anyway (ios-facts §11).
    """
    match = RESEQUENCE.match(command.line)
    section = before.child(acl.header(match[1])) if match else None
    if match is None or section is None:
        return ()
    regular = regular_numbers(section)
    if regular is None:
        return ()
    return (Command(f"ip access-list resequence {match[1]} {regular[0]} {regular[1]}", alone=True),)


def numbered_back(section: Node, at: Placement) -> Iterator[Command]:
    """Yield what gives the entries of others the numbers that they had before ours."""
    if at.numbers is None:
        return
    start, step = at.numbers
    mine = at.table.lines(section)
    theirs = [n for i, n in enumerate(section.children) if i not in mine and not is_remark(n)]
    if at.moved or any(n.number != start + step * i for i, n in enumerate(theirs)):
        name = section.text.rpartition(" ")[2]
        yield Command(f"ip access-list resequence {name} {start} {step}")


def is_resequence(command: Command) -> bool:
    """Tell whether the command gives the entries of an ACL other numbers."""
    return not command.parents and bool(RESEQUENCE.match(command.line))
