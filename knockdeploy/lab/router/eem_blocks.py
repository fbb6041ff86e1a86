"""The blocks of an applet: what belongs to which ``if``, ``while`` and ``foreach``."""

from __future__ import annotations

from typing import Final

from knockdeploy.ios.applet import Action

_LOOPS: Final = frozenset({"while", "foreach"})
_FURTHER: Final = frozenset({"elseif", "else", "end"})


class Blocks:
    """Where the parts of blocks begin, by the places of their actions.

    ``following`` is where the next ``elseif`` or ``else`` of a part stands, or its ``end``;
    ``ends`` where the ``end`` of a part's block does; ``loops`` where the loop begins that an
    ``end`` closes. A place outside every block, or a block without its ``end``, is in none.
    """

    def __init__(self, actions: tuple[Action, ...]) -> None:
        self.following: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self.loops: dict[int, int] = {}
        open_blocks: list[list[int]] = []  # the parts of each
        for index, action in enumerate(actions):
            word = action.words[0] if action.words else ""
            if word in _LOOPS or (word == "if" and "goto" not in action.words):
                open_blocks.append([index])
            elif word in _FURTHER and open_blocks:
                self.following[open_blocks[-1][-1]] = index
                open_blocks[-1].append(index)
            if word == "end" and open_blocks:
                begin, *_ = parts = open_blocks.pop()
                self.ends |= dict.fromkeys(parts, index)
                if actions[begin].words[0] in _LOOPS:
                    self.loops[index] = begin

    def loop_around(self, index: int) -> int:
        """Return where the innermost loop around an action begins."""
        return max(begin for end, begin in self.loops.items() if begin < index < end)
