"""A privileged session on one router: show, ask, configure."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Self

from knockdeploy.command import Command
from knockdeploy.device.acceptance import Accepted, Judge, refused_line, reverted
from knockdeploy.device.answers import Answer
from knockdeploy.device.conversation import Conversation
from knockdeploy.device.expectations import USUAL, Expectations
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.refusals import exec_refusal, refusal
from knockdeploy.device.sending import stretches
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import LockedError

Pause = Callable[[int], None]  # before a section, of so many lines
Heard = Callable[[str, str], None]  # a command of EXEC mode, and what it answered
# These print the command's own reverting, and are no sign of another one.
_REVERTS: Final = ("configure revert ", "configure replace ")
# IOS takes seven bits of each typed character unless told (its command reference).
_EIGHT_BITS: Final = "terminal exec-character-bits 8"


class RouterSession(Conversation):
    """One session; ``another`` opens a second one beside it, to the same router.

    ``heard`` is told of every answer in EXEC; ``line_s`` is how long the slowest configuration line
    has taken. Not for several threads at once.
    """

    def __init__(
        self,
        terminal: Terminal,
        prompt: Prompt,
        *,
        another: Callable[[], RouterSession],
        hang_up: Callable[[], None],
        expectations: Expectations = USUAL,
    ) -> None:
        super().__init__(terminal, prompt, expectations)
        self._hang_up = hang_up
        self.another = another
        self.line_s = 0.0
        self.heard: Heard = lambda _command, _answer: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def trips(self) -> int:
        """How many sequential round trips were made since the login."""
        return self._terminal.trips

    @property
    def is_lost(self) -> bool:
        """Whether the router fell silent or is gone: this session is of no more use."""
        return self._terminal.is_lost

    def close(self) -> None:
        """End the session; twice does no harm."""
        self._hang_up()

    def ask(self, *commands: str, within_s: float = 0.0) -> tuple[str, ...]:
        """Send short EXEC commands in one write; return their answers, refusals among them.

        Nothing is typed behind show running-config before it has answered, and copy, write and
        configure are for ``run``. ``within_s`` is as there.
        """
        before = self.leaving
        answered = self.exchange((*before, *commands), within_s)[len(before) :]
        for answer in answered:
            self.heard(answer.line, answer.text)
        self._refuse_reverted()
        return tuple(answer.text for answer in answered)

    def run(
        self, command: str, within_s: float = 0.0, replies: Mapping[str, str] | None = None
    ) -> str:
        """Run one EXEC command; return what it prints, without echo and prompt.

        ``replies`` maps patterns of questions to what is typed then; ``within_s`` is the longest
        silence, where the settings do not allow a longer one.

        Raises:
            AuthorizationError, RefusedLineError: the router does not take the command, or asks
                something that ``replies`` does not answer (it was interrupted then).
            RevertedError: the router's own timer fired meanwhile.
            DeviceTimeoutError, UnreachableError: what the command did is not known.
        """
        if not command.startswith("show "):
            self.leave()
        answer = self.dialogue(command, within_s, replies or {})
        self.heard(command, answer.text)
        if not command.startswith(_REVERTS):
            self._refuse_reverted()
        self.is_rolled_back = False
        if refused := exec_refusal(answer.text):
            raise refused_line(command, refused)
        return answer.text

    def enter(self, command: str = "configure terminal", within_s: float = 0.0) -> str:
        """Enter configuration mode; return what the router says to it.

        Raises:
            LockedError: somebody holds the configuration lock.
            AuthorizationError, RefusedLineError: the router does not take the command.
        """
        self.leave()
        (answer,) = self.exchange((command,), within_s)
        if not answer.mode:
            if re.search(r"\block(?:ed)?\b", answer.text, re.IGNORECASE):
                msg = f"the configuration is locked: {answer.text.strip()}"
                raise LockedError(msg, "wait until the other session is done")
            raise refused_line(command, self.refusal(answer.text) or "no configuration mode")
        return answer.text

    def refusal(self, answer: str) -> str | None:
        """Return why a line was refused, None where there is no answer, or a known warning."""
        return refusal(answer, self.expectations.harmless)

    def stir(self) -> None:
        """Type an empty line: the router counts the time in which nobody types anew."""
        self.exchange(("",))

    def configure(
        self,
        commands: Sequence[Command],
        on_accepted: Accepted | None = None,
        pause: Pause = lambda _n_lines: None,
    ) -> None:
        """Send commands block by block, every answer read.

        ``on_accepted`` is told of each command the router took, in order. Of a write with a
        refused line the others are told too before the error is raised: what was accepted, and
        nothing else, is what an undo has to take back. ``pause`` is called between the sections
        and may use the session. The session is in EXEC afterwards.

        Raises:
            AuthorizationError, RefusedLineError: the first refused line; no further write was
                sent.
            RevertedError: the router's own timer fired meanwhile.
            DeviceTimeoutError, UnreachableError: what became of the last write is not known.
        """
        if not commands:
            return
        if not all(map(str.isascii, (line for c in commands for line in (*c.parents, c.line)))):
            self.ask(_EIGHT_BITS)
        for stretch in stretches(commands):
            pause(sum(map(len, stretch)))
            if self.mode != "config":
                self.enter()
            judge = Judge(self.expectations.harmless, on_accepted or (lambda _: None))
            for write in stretch:
                answered = self._timed(tuple(typed.text for typed in write))
                problem = judge.problem(write, answered)
                if problem or self.is_rolled_back:
                    cause = reverted() if self.is_rolled_back or not problem else problem
                    self.is_rolled_back = False
                    self.leave()
                    raise cause

    def _timed(self, lines: Sequence[str]) -> tuple[Answer, ...]:
        started = time.monotonic()
        answered = self.exchange(lines)
        self.line_s = max(self.line_s, (time.monotonic() - started) / len(lines))
        return answered

    def _refuse_reverted(self) -> None:
        """See that the router has not said, whenever that was, that it goes back."""
        if self.is_rolled_back:
            self.is_rolled_back = False
            raise reverted()
