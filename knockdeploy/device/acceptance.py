"""Which lines of configuration were accepted, and which was the first that was not. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from knockdeploy.command import Command
from knockdeploy.device.answers import Answer
from knockdeploy.device.refusals import is_authorization, refusal
from knockdeploy.device.sending import SentLine
from knockdeploy.errors import AuthorizationError, RefusedLineError, RevertedError
from knockdeploy.ios.tree import Path

Accepted = Callable[[Command], None]
# What the parser says itself, and a setting cannot make harmless.
_NOT_UNDERSTOOD: Final = re.compile(r"% ?(?:Invalid|Incomplete|Ambiguous|Unrecognized) ", re.I)
_HARMLESS_HINT: Final = (
    "if this image says so of a line that it takes: a pattern for it below device.harmless"
)


class Judge:
    """Judges one stretch of configuration, write by write; what is ``harmless`` is accepted."""

    def __init__(self, harmless: Sequence[re.Pattern[str]], on_accepted: Accepted) -> None:
        self._harmless = harmless
        self._on_accepted = on_accepted
        self._modes = ["config"]

    def problem(
        self, write: Sequence[SentLine], answered: Sequence[Answer]
    ) -> RefusedLineError | None:
        """Tell of the accepted commands; return the first problem."""
        first: RefusedLineError | None = None
        for typed, answer in zip(write, answered, strict=True):
            problem = self._problem(typed, answer)
            if problem is None and typed.command:
                self._on_accepted(typed.command)
            first = first or problem
        return first

    def _problem(self, typed: SentLine, answer: Answer) -> RefusedLineError | None:
        # What is wrong with a section as a whole is said when it is left.
        is_end = typed.leaves and typed.section
        *parents, line = typed.section if is_end else (*typed.section, typed.text)
        if refused := refusal(answer.text, self._harmless):
            return refused_line(line, refused, tuple(parents))
        before = self._modes[-1] if self._modes else ""
        if typed.leaves:
            del self._modes[-1:]
            return None
        if typed.enters:
            self._modes.append(answer.mode)
        if (answer.mode != before) is not typed.enters:
            answered = f"the router is in mode ({answer.mode}) then, after ({before})"
            return refused_line(line, answered, tuple(parents))
        return None


def reverted() -> RevertedError:
    """Return the error of a router that went back in the middle of something."""
    return RevertedError("the router's own revert timer fired during the change")


def refused_line(line: str, answer: str, parents: Path = ()) -> RefusedLineError:
    """Return the error of a line that was refused."""
    if is_authorization(answer):
        return AuthorizationError(line, answer, parents=parents)
    hint = "" if _NOT_UNDERSTOOD.search(answer) else _HARMLESS_HINT
    return RefusedLineError(line, answer, hint, parents)
