"""What is typed at a router's prompt, in one write at a time, and what answers it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from knockdeploy.device.answers import Answer, Answers
from knockdeploy.device.async_messages import Incoming
from knockdeploy.device.expectations import Expectations
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.sending import keys
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import DeviceTimeoutError, RefusedLineError

T = TypeVar("T")
# What EXEC commands ask, at the end of what arrived: `[confirm]`, `[yes/no]:`, `filename []?`.
_QUESTION: Final = re.compile(r"(?:\[confirm\]|\[(?:yes|y)/(?:no|n)\]|\][?:]|password:) ?\Z", re.I)
_TAIL: Final = 400  # characters in which a question is looked for
_INTERRUPT: Final = "\x03"  # Ctrl-C answers every question with no
_log = logging.getLogger(__name__)
# What routers answer holds secrets of others: only who takes them out listens here, no log file.
_transcript = logging.getLogger("knockdeploy.transcript")
_transcript.propagate = False


class Conversation:
    """Lines and their answers.

    ``mode`` is the configuration mode it is in, "" in EXEC; ``is_rolled_back`` is set once the
    router has said that its revert timer fired.
    """

    def __init__(self, terminal: Terminal, prompt: Prompt, expectations: Expectations) -> None:
        self.expectations = expectations
        self.hostname = prompt.name
        self.mode = ""
        self.is_rolled_back = False
        self._terminal = terminal
        self._prompt = prompt

    def leave(self) -> None:
        """Return to EXEC if in a configuration mode."""
        if self.mode:
            self.exchange(self.leaving)

    @property
    def leaving(self) -> tuple[str, ...]:
        """What leads to EXEC; it asks nothing and flushes nothing, so a `show` may follow it."""
        if not self.mode:
            return ()
        return ("tclquit",) if self.mode == "tcl" else ("end",)

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

    def dialogue(self, command: str, within_s: float, replies: Mapping[str, str]) -> Answer:
        """Run one command, answering its questions."""
        began_s = time.monotonic()
        typed = (*self.leaving, command)
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

    def _note(self, answered: Sequence[Answer], began_s: float) -> None:
        seen = self._terminal.forget()
        self.is_rolled_back = self.is_rolled_back or seen.is_rolled_back
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
