"""A privileged session on one router: show, ask, configure."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Self, TypeVar

from knockdeploy.command import Command
from knockdeploy.device.acceptance import Accepted, Judge, refused_line, reverted
from knockdeploy.device.answers import Answer, Answers
from knockdeploy.device.async_messages import Incoming
from knockdeploy.device.expectations import USUAL, Expectations
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.refusals import exec_refusal, refusal
from knockdeploy.device.sending import keys, stretches
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import DeviceTimeoutError, LockedError, RefusedLineError

T = TypeVar("T")
Pause = Callable[[int], None]  # before a section, of so many lines
Heard = Callable[[str, str], None]  # a command of EXEC mode, and what it answered
# What EXEC commands ask, at the end of what arrived: `[confirm]`, `[yes/no]:`, `filename []?`.
_QUESTION: Final = re.compile(r"(?:\[confirm\]|\[(?:yes|y)/(?:no|n)\]|\][?:]|password:) ?\Z", re.I)
_TAIL: Final = 400  # characters in which a question is looked for
# These print the command's own reverting, and are no sign of another one.
_REVERTS: Final = ("configure revert ", "configure replace ")
# IOS takes seven bits of each typed character unless told (its command reference).
_EIGHT_BITS: Final = "terminal exec-character-bits 8"
_INTERRUPT: Final = "\x03"  # Ctrl-C answers every question with no
_log = logging.getLogger(__name__)
# What routers answer holds secrets of others: only who takes them out listens here, no log file.
_transcript = logging.getLogger("knockdeploy.transcript")
_transcript.propagate = False


class RouterSession:
    """One session; ``another`` opens a second one beside it, to the same router.

    ``mode`` is the configuration mode it is in, "" in EXEC; ``heard`` is told of every answer in
    EXEC; ``line_s`` is how long the slowest configuration line has taken. Not for several threads
    at once.
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
        self._terminal = terminal
        self._prompt = prompt
        self._hang_up = hang_up
        self.expectations = expectations
        self._is_rolled_back = False
        self.hostname = prompt.name
        self.another = another
        self.mode = ""
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
        before = self._leaving
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
        answer = self._dialogue(command, within_s, replies or {})
        self.heard(command, answer.text)
        if not command.startswith(_REVERTS):
            self._refuse_reverted()
        self._is_rolled_back = False
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

    def leave(self) -> None:
        """Return to EXEC if in a configuration mode."""
        if self.mode:
            self.exchange(self._leaving)

    @property
    def _leaving(self) -> tuple[str, ...]:
        """What leads to EXEC; it asks nothing and flushes nothing, so a `show` may follow it."""
        if not self.mode:
            return ()
        return ("tclquit",) if self.mode == "tcl" else ("end",)

    def configure(
        self,
        commands: Sequence[Command],
        on_accepted: Accepted | None = None,
        pause: Pause = lambda _n_lines: None,
    ) -> None:
        """Send commands as design §6 has it: block by block, every answer read.

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
                if problem or self._is_rolled_back:
                    cause = reverted() if self._is_rolled_back or not problem else problem
                    self._is_rolled_back = False
                    self.leave()
                    raise cause

    def _timed(self, lines: Sequence[str]) -> tuple[Answer, ...]:
        started = time.monotonic()
        answered = self.exchange(lines)
        self.line_s = max(self.line_s, (time.monotonic() - started) / len(lines))
        return answered

    def exchange(
        self,
        lines: Sequence[str],
        within_s: float = 0.0,
        *,
        end: str = "\n",
        configures: bool = False,
    ) -> tuple[Answer, ...]:
        """Send lines in one write and read all their answers.

        ``end`` is typed behind each; ``configures`` where a line enters a mode.
        """
        began_s = time.monotonic()
        self._terminal.write("".join(f"{keys(line)}{end}" for line in lines))
        answers = self._answers(lines, configures=configures)
        answered = self._wait(answers, within_s)
        self._note(answered, began_s)
        return answered

    def _dialogue(self, command: str, within_s: float, replies: Mapping[str, str]) -> Answer:
        """Run one command, answering its questions."""
        began_s = time.monotonic()
        typed = (*self._leaving, command)
        answers = self._answers(typed)
        refused: RefusedLineError | None = None
        n_asked = -1  # lines above the last question

        def progress(seen: Incoming) -> tuple[str, tuple[Answer, ...]] | None:
            nonlocal n_asked
            # a configuration may contain any words
            asks = not command.startswith("show ") and len(seen.lines) > n_asked
            if asks and _QUESTION.search(seen.tail[-_TAIL:]):
                n_asked = len(seen.lines)
                return seen.tail.strip(), ()
            answered = answers(seen)
            return ("", answered) if answered else None

        self._terminal.write("".join(f"{line}\n" for line in typed))
        while (seen := self._wait(progress, within_s))[0]:
            question, _ = seen
            reply = next(
                (typed for ask, typed in replies.items() if re.search(ask, question)), None
            )
            if reply is None:
                refused = RefusedLineError(command, f"the router asks '{question}'")
            self._terminal.write(_INTERRUPT if reply is None else reply)
        _, answered = seen
        self._note(answered, began_s)
        if refused:
            raise refused
        return answered[-1]

    def _wait(self, complete: Callable[[Incoming], T | None], within_s: float) -> T:
        """Wait for an answer; where another prompt came, say so: nobody would look for it."""
        try:
            return self._terminal.wait(complete, max(within_s, self.expectations.silence_s))
        except DeviceTimeoutError as error:
            if now := self._prompt.other(self._terminal.end):
                error.message = f"its prompt was {self._prompt.text} and has become {now}"
                error.hint = "somebody changed its hostname meanwhile: run it again"
            raise

    def _answers(self, lines: Sequence[str], *, configures: bool = False) -> Answers:
        enters = any(line.startswith("configure ") for line in lines)
        configures = configures or bool(self.mode) or enters
        return Answers(lines, self._prompt, configures=configures)

    def _refuse_reverted(self) -> None:
        """See that the router has not said, whenever that was, that it goes back."""
        if self._is_rolled_back:
            self._is_rolled_back = False
            raise reverted()

    def _note(self, answered: Sequence[Answer], began_s: float) -> None:
        seen = self._terminal.forget()
        self._is_rolled_back = self._is_rolled_back or seen.is_rolled_back
        self._tell(answered, began_s)
        self.mode = answered[-1].mode

    def _tell(self, answered: Sequence[Answer], began_s: float) -> None:
        """Log what was typed and how long the answer took; for --debug the session's text."""
        took_ms = (time.monotonic() - began_s) * 1000
        # A line of configuration may be a knock port, of a sequence that nobody knows any more.
        typed = [answer.line for answer in answered]
        what = f"{len(typed)} lines of configuration" if self.mode else ", ".join(typed)
        _log.info("%s: %s: %.0f ms", self.hostname, what, took_ms)
        if _transcript.handlers:
            text = "\n".join(part for answer in answered for part in (answer.line, answer.text))
            _transcript.debug("%s: typed and answered:\n%s", self.hostname, text)
