"""Room between the entries of an ACL: `resequence`, and what gives the old numbers back."""

from __future__ import annotations

from collections.abc import Sequence

from knockdeploy.command import Command
from knockdeploy.ios import acl
from knockdeploy.ios.aces import RESEQUENCE, is_remark
from knockdeploy.ios.tree import Node

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
    regular = _regular([node.number or 0 for node in section.children if not is_remark(node)])
    if regular is None:
        return ()
    return (Command(f"ip access-list resequence {match[1]} {regular[0]} {regular[1]}", alone=True),)


def is_resequence(command: Command) -> bool:
    """Tell whether the command gives the entries of an ACL other numbers."""
    return not command.parents and bool(RESEQUENCE.match(command.line))


def _regular(numbers: Sequence[int]) -> tuple[int, int] | None:
    if not numbers:
        return None
    step = numbers[1] - numbers[0] if len(numbers) > 1 else _LEAST_STEP
    expected = [numbers[0] + step * i for i in range(len(numbers))]
    return (numbers[0], step) if list(numbers) == expected else None
