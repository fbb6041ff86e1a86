"""A privileged session on one router: show, ask, configure."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Self

from knockdeploy.command import Command
from knockdeploy.device import answers as said
from knockdeploy.device.answers import Answer
from knockdeploy.device.sending import Typed, keys, stretches
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import (
    AuthorizationError,
    LockedError,
    RefusedLineError,
    RevertedError,
)
from knockdeploy.ios.tree import Path

WITHIN_S: Final = 30.0  # of silence: AAA asks a server far away about every line
Accepted = Callable[[Command], None]
Pause = Callable[[int], None]  # before a section, of so many lines
Heard = Callable[[str, str], None]  # a command of EXEC mode, and what it answered
# What EXEC commands ask, at the end of what arrived: `[confirm]`, `[yes/no]:`, `filename []?`.
_QUESTION: Final = re.compile(r"(?:\[confirm\]|\[(?:yes|y)/(?:no|n)\]:?|\]\?|password:) ?\Z", re.I)
_TAIL: Final = 400  # characters in which a question is looked for
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
        hostname: str,
        *,
        another: Callable[[], RouterSession],
        hang_up: Callable[[], None],
    ) -> None:
        self._terminal = terminal
        self._prompt = said.prompt_pattern(hostname)
        self._hang_up = hang_up
        self.hostname = hostname
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

    def ask(self, *commands: str) -> tuple[str, ...]:
        """Send short EXEC commands in one write; return their answers, refusals among them.

        Not for show running-config, copy, write or configure: nothing is typed ahead of those.
        """
        self.leave()
        answered = self._exchange(commands)
        for answer in answered:
            self.heard(answer.line, answer.text)
        return tuple(answer.text for answer in answered)

    def run(
        self, command: str, within_s: float = WITHIN_S, replies: Mapping[str, str] | None = None
    ) -> str:
        """Run one EXEC command; return what it prints, without echo and prompt.

        ``replies`` maps patterns of questions to what is typed then; ``within_s`` is the longest
        silence.

        Raises:
            AuthorizationError, RefusedLineError: the router does not take the command, or asks
                something that ``replies`` does not answer (it was interrupted then).
            DeviceTimeoutError, UnreachableError: what the command did is not known.
        """
        self.leave()
        answer = self._dialogue(command, within_s, replies or {})
        self.heard(command, answer.text)
        if refused := said.exec_refusal(answer.text):
            raise _refused(command, refused)
        return answer.text

    def enter(self, command: str = "configure terminal", within_s: float = WITHIN_S) -> str:
        """Enter configuration mode; return what the router says to it.

        Raises:
            LockedError: somebody holds the configuration lock.
            AuthorizationError, RefusedLineError: the router does not take the command.
        """
        self.leave()
        (answer,) = self._exchange((command,), within_s)
        if not answer.mode:
            if re.search(r"\block(?:ed)?\b", answer.text, re.IGNORECASE):
                msg = f"the configuration is locked: {answer.text.strip()}"
                raise LockedError(msg, "wait until the other session is done")
            raise _refused(command, said.refusal(answer.text) or "no configuration mode")
        return answer.text

    def leave(self) -> None:
        """Return to EXEC if in a configuration mode."""
        if self.mode:
            self._exchange(("end",))

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
            modes = ["config"]
            for write in stretch:
                answered = self._timed(tuple(typed.text for typed in write))
                problem = _judge(write, answered, modes, on_accepted or (lambda _: None))
                if problem:
                    self.leave()
                    raise problem

    def _timed(self, lines: Sequence[str]) -> tuple[Answer, ...]:
        started = time.monotonic()
        answered = self._exchange(lines)
        self.line_s = max(self.line_s, (time.monotonic() - started) / len(lines))
        return answered

    def _exchange(self, lines: Sequence[str], within_s: float = 0.0) -> tuple[Answer, ...]:
        """Send lines in one write and read all their answers."""
        began_s = time.monotonic()
        self._terminal.write("".join(f"{keys(line)}\n" for line in lines))
        answered = self._terminal.wait(
            lambda text: said.answers(text, lines, self._prompt), within_s or WITHIN_S
        )
        self._tell(answered, began_s)
        self.mode = answered[-1].mode
        return answered

    def _dialogue(self, command: str, within_s: float, replies: Mapping[str, str]) -> Answer:
        """Run one command, answering its questions; everything since its echo stays unread."""
        asks = not command.startswith("show ")  # a configuration may contain any words
        asked, refused = 0, None
        began_s = time.monotonic()

        def progress(text: str) -> tuple[Answer | str, int] | None:
            if asks and _QUESTION.search(text, max(asked, len(text) - _TAIL)):
                return text, 0
            found = said.answers(text, (command,), self._prompt)
            return (found[0][0], found[1]) if found else None

        self._terminal.write(f"{command}\n")
        while not isinstance(seen := self._terminal.wait(progress, within_s), Answer):
            asked = len(seen)
            question = seen.rpartition("\n")[2].strip()
            reply = next((keys for ask, keys in replies.items() if re.search(ask, question)), None)
            if reply is None:
                refused = RefusedLineError(command, f"the router asks '{question}'")
            self._terminal.write(_INTERRUPT if reply is None else reply)
        self._tell((seen,), began_s)
        self.mode = seen.mode
        if refused:
            raise refused
        return seen

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


def _judge(
    write: Sequence[Typed],
    answered: Sequence[Answer],
    modes: list[str],
    on_accepted: Accepted,
) -> RefusedLineError | RevertedError | None:
    """Tell of the accepted commands; return the first problem. ``modes`` is kept up to date."""
    first: RefusedLineError | RevertedError | None = None
    for typed, answer in zip(write, answered, strict=True):
        problem = _problem(typed, answer, modes)
        if problem is None and typed.command:
            on_accepted(typed.command)
        first = first or problem
    return first


def _problem(
    typed: Typed, answer: Answer, modes: list[str]
) -> RefusedLineError | RevertedError | None:
    if said.is_rolled_back(answer.text):
        msg = "the router's own revert timer fired during the change"
        return RevertedError(msg, "use a longer --confirm-minutes")
    # What is wrong with a section as a whole is said when it is left.
    is_end = typed.leaves and typed.section
    *parents, line = typed.section if is_end else (*typed.section, typed.text)
    if refused := said.refusal(answer.text):
        return _refused(line, refused, tuple(parents))
    before = modes[-1] if modes else ""
    if typed.leaves:
        del modes[-1:]
        return None
    if typed.enters:
        modes.append(answer.mode)
    if (answer.mode != before) is not typed.enters:
        answered = f"the router is in mode ({answer.mode}) then, after ({before})"
        return _refused(line, answered, tuple(parents))
    return None


def _refused(line: str, answer: str, parents: Path = ()) -> RefusedLineError:
    kind = AuthorizationError if said.is_authorization(answer) else RefusedLineError
    return kind(line, answer, parents=parents)
