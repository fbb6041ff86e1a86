"""Files in a router's flash: copy the running configuration there, type, verify, list, delete."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from knockdeploy.device import tclsh
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RefusedLineError
from knockdeploy.ios.policy_file import md5_of

_COPY_WITHIN_S: Final = 120.0  # of silence, while a slow flash is written
# What copy and delete ask: for the name again, and whether to go on.
_REPLIES: Final = {r"filename \[.*\]\?": "\n", r"\[confirm\]": "\n"}
_COPIED: Final = re.compile(r"\bbytes copied\b|\[OK\]")
_DIGEST: Final = re.compile(r"^verify /md5 \(.*\) = ([0-9a-fA-F]{32})", re.MULTILINE)
_FULL: Final = "no space left"
_FULL_HINT: Final = "make room in flash: `dir flash:`, `delete flash:NAME`"


def copy_running(session: RouterSession, file: str) -> None:
    """Copy the running configuration to ``file``, over one that is there.

    Raises:
        RefusedLineError: it is not there, or not whole.
    """
    _run(session, f"copy running-config {file}", _COPIED)


def delete(session: RouterSession, path: str) -> None:
    """Delete a file.

    Raises:
        RefusedLineError: it is still there, or never was.
    """
    _run(session, f"delete /force {path}", re.compile(r"\A[^%]*\Z"))


def digests(session: RouterSession, paths: Sequence[str]) -> dict[str, str]:
    """Return the MD5 digests of those files that are there; one round trip."""
    answers = session.ask(*(verifying(path) for path in paths)) if paths else ()
    return verified(dict(zip(paths, answers, strict=True)))


def verifying(path: str) -> str:
    """Return the command that tells the digest of a file."""
    return f"verify /md5 {path}"


def verified(answers: Mapping[str, str]) -> dict[str, str]:
    """Return digests by path, from what the router answered."""
    found = {path: _DIGEST.search(text) for path, text in answers.items()}
    return {path: match[1].lower() for path, match in found.items() if match}


def put(session: RouterSession, path: str, content: bytes) -> None:
    """Type a file of ASCII lines, and see by the router's own digest that it is there.

    Raises:
        AuthorizationError, RefusedLineError: it is not there, or not as it should be.
    """
    lines = content.decode("ascii").removesuffix("\n").split("\n")  # `puts` ends the last one
    lines[0] = f'puts [open "{path}" w+] {{{lines[0]}'
    lines[-1] += "}"
    tclsh.type_in(session, lines)
    answer = session.run(verifying(path), _COPY_WITHIN_S)
    if verified({path: answer}).get(path) != md5_of(content):
        raise RefusedLineError(
            verifying(path),
            _in_one_line(answer),
            "the file is not on flash as it was typed: look at `dir flash:`; or engine: applet, "
            "which needs no file",
        )


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
        raise RefusedLineError(command, _in_one_line(answer) or "nothing", hint(answer))


def _in_one_line(answer: str) -> str:
    return " / ".join(line.strip() for line in answer.splitlines() if line.strip())
