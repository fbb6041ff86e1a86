"""What a router answers, line by line: matched by the echo of what was typed. Pure."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from knockdeploy.device.async_messages import Incoming
from knockdeploy.device.prompts import Prompt
from knockdeploy.ios.delimited import end_after, is_unfinished

_SHOWS_CONFIGURATION: Final = frozenset({"show running-config", "show startup-config"})
_BEGINS: Final = re.compile(r"(?:!|version |service |hostname )")
_END: Final = "end"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the router printed between a line and the next prompt.

    ``mode`` is what the prompt then has in parentheses, "" in EXEC.
    """

    line: str
    text: str
    mode: str


class Answers:
    """The answers to ``typed`` lines, while they arrive: call it until it returns them.

    The answer to a line is what stands between its echo, which follows a prompt, and the next
    prompt with the next echo. No echo follows the last answer: it is complete once nothing follows
    its prompt, and a configuration once its ``end`` has come. ``configures`` tells whether the
    lines are typed in configuration mode, or enter it.
    """

    def __init__(self, typed: Sequence[str], prompt: Prompt, *, configures: bool) -> None:
        self._typed = typed
        self._prompt = prompt
        self._configures = configures
        self._done: list[Answer] = []
        self._current: list[str] = []
        self._n_echoed = 0
        self._n_read = 0
        self._last = ""  # line that is not blank
        self._shown = Configuration()

    def __call__(self, seen: Incoming) -> tuple[Answer, ...] | None:
        """Return the answers once the last one is complete; ``seen`` has grown since last time."""
        new = deque(seen.lines[self._n_read :])
        self._n_read = len(seen.lines)
        while new and self._n_echoed < len(self._typed):
            self._take(new.popleft())
        self._go_on(new)
        if self._n_echoed < len(self._typed) or self._shown.is_half:
            return None
        ends = self._mode(seen.end)
        return (*self._done, self._answer(ends)) if ends is not None else None

    def _take(self, line: str) -> None:
        if (ends := self._echo(line)) is not None:
            if self._n_echoed:
                self._done.append(self._answer(ends))
            self._n_echoed += 1
            self._current, self._last = [], ""
        elif self._n_echoed:
            self._go_on([line])

    def _go_on(self, lines: Sequence[str]) -> None:
        """Take more lines of the answer that has begun."""
        self._current += lines
        self._last = next((line for line in reversed(lines) if line.strip()), self._last)
        if lines and self._typed[self._n_echoed - 1] in _SHOWS_CONFIGURATION:
            for line in lines:
                self._shown.take(line)

    def _echo(self, line: str) -> str | None:
        """Return the mode of the prompt behind which the next line stands; None where it does not.

        The prompt may stand on a line of its own, before a log message; that of the first line
        was read before.
        """
        typed = self._typed[self._n_echoed]
        if not line.endswith(typed):
            return None
        if before := line[: len(line) - len(typed)]:
            return self._mode(before)
        return self._mode(self._last) if self._n_echoed else ""

    def _mode(self, text: str) -> str | None:
        return self._prompt.mode(text, configures=self._configures)

    def _answer(self, mode: str) -> Answer:
        lines = self._current
        while lines and (not lines[-1].strip() or self._mode(lines[-1]) is not None):
            del lines[-1]
        text = "\n".join(lines).lstrip("\n")
        return Answer(self._typed[self._n_echoed - 1], text, mode)


class Configuration:
    """A configuration while it arrives: complete with an ``end`` that is not part of a banner.

    A banner may also have a line that looks like the prompt.
    """

    def __init__(self) -> None:
        self._has_begun = False
        self._has_ended = False
        self._text = ""  # the first line of a text between delimiters that has not come to its end

    @property
    def is_half(self) -> bool:
        """Whether it has begun and not ended."""
        return self._has_begun and not self._has_ended

    def take(self, line: str) -> None:
        """Take the next line."""
        self._has_begun = self._has_begun or _BEGINS.match(line) is not None
        if self._text:
            self._text = self._text if is_unfinished(f"{self._text}\n{line}") else ""
        elif end_after(line):
            self._text, self._has_ended = line, False
        elif line.strip():
            self._has_ended = line.rstrip() == _END


def configuration(text: str) -> str:
    """Return a configuration without what `show` prints around it; "" where there is none.

    Above: `Building configuration...`, `Current configuration : 5066 bytes` (ios-facts §7) or
    `Using 1540 out of 262136 bytes`. startup-config is not present on a router never saved.
    """
    found = re.search(rf"^{_BEGINS.pattern}", text, re.MULTILINE)
    return text[found.start() :] if found else ""
