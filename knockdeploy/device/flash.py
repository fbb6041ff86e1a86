"""Files in a router's flash: copy the running configuration there, list, delete."""

from __future__ import annotations

import re
from typing import Final

from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RefusedLineError

_COPY_WITHIN_S: Final = 120.0  # of silence, while a slow flash is written
# What copy and delete ask: for the name again, and whether to go on.
_REPLIES: Final = {r"filename \[.*\]\?": "\n", r"\[confirm\]": "\n"}
_COPIED: Final = re.compile(r"\bbytes copied\b|\[OK\]")
_FULL: Final = "no space left"
_FULL_HINT: Final = "make room in flash: `dir flash:`, `delete flash:NAME`"


def copy_running(session: RouterSession, file: str) -> None:
    """Copy the running configuration to ``file``, over one that is there.

    Raises:
        RefusedLineError: it is not there, or not whole.
    """
    _run(session, f"copy running-config {file}", _COPIED)


def delete(session: RouterSession, name: str) -> None:
    """Delete a file of flash.

    Raises:
        RefusedLineError: it is still there, or never was.
    """
    _run(session, f"delete /force flash:{name}", re.compile(r"\A[^%]*\Z"))


def files(session: RouterSession) -> tuple[str, ...]:
    """Return the names of the files at the top of flash.

    Raises:
        RefusedLineError: the router does not show them.
    """
    text = session.run("dir flash:")
    return tuple(re.findall(r"^ *\d+ +[-d]\S+ +\d+ .* (\S+)$", text, re.MULTILINE))


def hint(answer: str) -> str:
    """Return what to do about an answer that says why flash took no file."""
    return _FULL_HINT if _FULL in answer.lower() else ""


def _run(session: RouterSession, command: str, done: re.Pattern[str]) -> None:
    answer = session.run(command, _COPY_WITHIN_S, _REPLIES)
    if "%Error" in answer or not done.search(answer):
        said = " / ".join(line.strip() for line in answer.splitlines() if line.strip())
        raise RefusedLineError(command, said or "nothing", hint(answer))
