"""Commands into writes. Pure.

All answers to a write are read before the next one is sent. A write ends with the header of a
section, whose answer is read before its body is sent: the body, its `exit` and the next header are
one write; a zone-pair is one with its body. After a refused line at most one more section is
entered, with nothing in it, and taken back. A header inside a body goes with it: each answer has
the mode in which the line ran, so a line that ran in another mode than meant is noticed, and taken
back. Where another header follows, as a policy's second class does, the answer to the first is read
before: had it been refused, its `exit` would leave the policy, and global configuration takes
`class NAME` for `class-map NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from knockdeploy.command import Command
from knockdeploy.ios.grammar import mode_of, opened
from knockdeploy.ios.tree import Path

_N_TOGETHER: Final = 100
"""After so many lines the next section is a stretch of its own: a slow router is noticed then."""


@dataclass(frozen=True, slots=True)
class SentLine:
    """One line of a write; ``command`` is None for lines that only move between modes.

    ``section`` is the path of headers it is typed under, ``enters`` whether it is a header.
    """

    text: str
    section: Path
    command: Command | None = None
    enters: bool = False

    @property
    def leaves(self) -> bool:
        """Tell whether it is an `exit` or `end` of ours."""
        return self.command is None and not self.enters


def keys(line: str) -> str:
    """Return what is typed for a line: Ctrl-V before what asks for help or completes (§2)."""
    return re.sub(r"[?\t]", "\x16\\g<0>", line)


def writes(commands: Sequence[Command]) -> tuple[tuple[SentLine, ...], ...]:
    """Return what to send, write by write, from global configuration to EXEC.

    All answers to a write are read before the next one is sent.
    """
    done: list[tuple[SentLine, ...]] = []
    current: list[SentLine] = []
    n_together = 0
    lines = [*_lines(commands), SentLine("end", ())]
    for number, typed in enumerate(lines, start=1):
        if current and not _continues(current, typed, is_full=n_together >= _N_TOGETHER):
            done.append(tuple(current))
            current = []
        if not (current or typed.section):
            n_together = 0
        n_together += 1
        current.append(typed)
        if _is_read_first(typed, lines[number:]):
            done.append(tuple(current))
            current = []
    if current:
        done.append(tuple(current))
    return tuple(done)


def stretches(commands: Sequence[Command]) -> tuple[tuple[tuple[SentLine, ...], ...], ...]:
    """Return the writes in groups: global configuration is between two, where one may pause."""
    done: list[list[tuple[SentLine, ...]]] = []
    for write in writes(commands):
        if write[0].section or not done:
            done = done or [[]]
            done[-1].append(write)
        else:
            done.append([write])
    return tuple(map(tuple, done))


def _lines(commands: Sequence[Command]) -> Iterator[SentLine]:
    """Yield every line, with the headers and exits between the sections."""
    path: Path = ()
    for command in commands:
        common = _common(path, command.parents)
        while len(path) > common:
            yield SentLine("exit", path)
            path = path[:-1]
        for header in command.parents[common:]:
            yield SentLine(header, path, enters=True)
            path = (*path, header)
        enters = opened(mode_of(path), command.line) is not None
        yield SentLine(command.line, path, command, enters)
        if enters:
            path = (*path, command.line)
    for depth in range(len(path), 0, -1):
        yield SentLine("exit", path[:depth])


def _continues(current: Sequence[SentLine], typed: SentLine, *, is_full: bool) -> bool:
    """Tell whether a line may go out with those before it, unseen."""
    if typed.leaves or (_is_pair(typed) and _is_pair(current[0])):
        return True
    if is_alone(typed) or is_alone(current[0]):  # a line that goes alone begins a write
        return False
    if typed.section:
        return True
    if typed.enters:
        return not (is_full or _is_pair(typed))
    return not current[-1].leaves  # lines of global configuration form a block


def _is_read_first(typed: SentLine, rest: Sequence[SentLine]) -> bool:
    """Tell whether a line's answer is read before what follows is sent."""
    if not typed.enters or _is_pair(typed):
        return False
    beside = takewhile(lambda line: len(line.section) >= len(typed.section), rest)
    return not typed.section or any(
        each.enters and each.section == typed.section for each in beside
    )


def _is_pair(typed: SentLine) -> bool:
    """Tell whether it makes or takes away a zone-pair, whose policy goes in the same write.

    Without one the pair may let in nothing, not even our next line (ios-facts-more §A).
    """
    return typed.text.removeprefix("no ").startswith("zone-pair ")


def is_alone(typed: SentLine) -> bool:
    """Tell whether a line goes one at a time."""
    return typed.command is not None and typed.command.alone


def _common(path: Path, other: Path) -> int:
    length = 0
    for mine, theirs in zip(path, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length
