"""The router's `tclsh`: lines are typed there, and what they write is written when it is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from knockdeploy.device.acceptance import refused_line
from knockdeploy.device.refusals import exec_refusal
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import AuthorizationError, RefusedLineError

COMMAND: Final = "tclsh"
_QUIT: Final = "tclquit"
_MODE: Final = "tcl"
_LINES_AT_ONCE: Final = 16  # a terminal's input has room for so many, and each is echoed
_WRITTEN_WITHIN_S: Final = 120.0  # of silence, while a slow flash is written


def type_in(session: RouterSession, lines: Sequence[str]) -> None:
    """Type lines, and leave the shell.

    Inside braces a newline would begin another statement: each line ends in a carriage return
    (ios-facts-more §C).

    Raises:
        AuthorizationError, RefusedLineError: there is no such shell, or it refused a line.
    """
    enter(session)
    message = ""
    for at in range(0, len(lines), _LINES_AT_ONCE):
        if not message:
            answered = session.exchange(lines[at : at + _LINES_AT_ONCE], end="\r")
            message = next((each.text for each in answered if each.text.strip()), "")
    if not message:  # what the shell says of what it wrote
        (answer,) = session.exchange((_QUIT,), _WRITTEN_WITHIN_S)
        message = answer.text
    session.leave()
    if message.strip():
        raise _refusal(" / ".join(message.strip().split("\n")))


def refused(session: RouterSession) -> str:
    """Return why there is no such shell for us, "" where there is: it is entered and left."""
    try:
        enter(session)
    except RefusedLineError as error:
        return error.answer
    session.leave()
    return ""


def enter(session: RouterSession) -> None:
    """Enter the shell.

    Raises:
        AuthorizationError, RefusedLineError: there is none.
    """
    session.leave()
    (answer,) = session.exchange((COMMAND,), configures=True)
    if answer.mode != _MODE:
        raise _refusal(exec_refusal(answer.text) or answer.text.strip() or "nothing")


def _refusal(message: str) -> RefusedLineError:
    error = refused_line(COMMAND, message)
    if not isinstance(error, AuthorizationError):
        error.hint = "the policy is a file, which is typed there: engine: applet needs none"
    return error
