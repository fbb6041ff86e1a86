"""The blocks of an applet: what belongs to which ``if``, ``while`` and ``foreach``."""

from __future__ import annotations

from typing import Final

from knockdeploy.ios.applet import Action

_LOOPS: Final = frozenset({"while", "foreach"})
_FURTHER: Final = frozenset({"elseif", "else", "end"})


class Blocks:
    """Where the parts of blocks begin, by the places of their actions.

    A place outside every block, or a block without its ``end``, is a KeyError or ValueError.
    """

    def __init__(self, actions: tuple[Action, ...]) -> None:
        self._following: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._loops: dict[int, int] = {}  # by their ends
        open_blocks: list[list[int]] = []  # the parts of each
        for index, action in enumerate(actions):
            word = action.words[0] if action.words else ""
            if word in _LOOPS or (word == "if" and "goto" not in action.words):
                open_blocks.append([index])
            elif word in _FURTHER and open_blocks:
                self._following[open_blocks[-1][-1]] = index
                open_blocks[-1].append(index)
            if word == "end" and open_blocks:
                begin, *_ = parts = open_blocks.pop()
                self._ends |= dict.fromkeys(parts, index)
                if actions[begin].words[0] in _LOOPS:
                    self._loops[index] = begin

    def following(self, part: int) -> int:
        """Return where the next ``elseif`` or ``else`` of a block stands, or its ``end``."""
        return self._following[part]

    def behind(self, part: int) -> int:
        """Return the place behind the block of which a part begins there."""
        return self._ends[part] + 1

    def loop_ended_at(self, end: int) -> int | None:
        """Return where the loop begins that an ``end`` closes; None for one of an ``if``."""
        return self._loops.get(end)

    def loop_around(self, index: int) -> int:
        """Return where the innermost loop around an action begins."""
        return max(begin for end, begin in self._loops.items() if begin < index < end)
