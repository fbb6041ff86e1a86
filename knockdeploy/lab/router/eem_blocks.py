"""The blocks of an applet: which ``end`` closes which ``if``, ``while`` and ``foreach``."""

from __future__ import annotations

from typing import Final

from knockdeploy.ios.applet import Action

_LOOPS: Final = frozenset({"while", "foreach"})


class Blocks:
    """Where blocks begin and end, by the places of their actions."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        self._begins: dict[int, int] = {}
        self._loops: set[int] = set()
        open_blocks: list[int] = []
        for index, action in enumerate(actions):
            word = action.words[0] if action.words else ""
            if word in _LOOPS or (word == "if" and "goto" not in action.words):
                open_blocks.append(index)
            elif word == "end" and open_blocks:
                self._begins[index] = open_blocks.pop()
            if word in _LOOPS:
                self._loops.add(index)
        self._ends = {begin: end for end, begin in self._begins.items()}

    def loop_ended_at(self, end: int) -> int | None:
        """Return where the loop begins that an ``end`` closes; None for one of an ``if``."""
        begin = self._begins.get(end)
        return begin if begin in self._loops else None

    def behind(self, begin: int) -> int:
        """Return the place behind a block; raises IndexError where it has no end."""
        if begin not in self._ends:
            raise IndexError(begin)
        return self._ends[begin] + 1

    def loop_around(self, index: int) -> int:
        """Return where the innermost loop around an action begins; raises IndexError without."""
        around = [b for b in self._loops if b < index < self._ends.get(b, -1)]
        if not around:
            raise IndexError(index)
        return max(around)
