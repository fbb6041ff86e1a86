"""Knocking and probing from another machine, by the user's own OpenSSH (`--proof-from`)."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from knockdeploy.errors import UnreachableError
from knockdeploy.knock.probe import Seen, judged, opening
from knockdeploy.sequence import KnockSequence

_SSH: Final = (
    "ssh", "-T", "-oBatchMode=yes", "-oConnectTimeout=10", "-oServerAliveInterval=5", "--",
)  # fmt: skip
# Program and orders come by stdin: anybody may read a command line.
_COMMAND: Final = "exec python3 -uc 'exec(eval(input()))'"
_NO_PYTHON: Final = 127
_MOST_CHARS: Final = 100_000
"""What a login shell may say of itself before an answer comes."""


class Elsewhere:
    """A machine from which to knock and probe, as ssh(1) names it; connected when needed first.

    What it does there ends with the block. Every order raises UnreachableError if that machine
    cannot be used.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._process: subprocess.Popen[str] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the block

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            with suppress(OSError):
                self._process.communicate()  # its stdin ends, and with it what runs there
            self._process = None
        self._said.close()

    def ready(self, address: str, port: int) -> None:
        """See that the machine can be used: before anything is sent to a router."""
        self._order("look", address=address, port=port, opening="", within_s=0.1)

    def knock(
        self,
        address: str,
        sequence: KnockSequence,
        *,
        pause_ms: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Send ``sequence`` to ``address`` from there; as ``send_knock``."""
        for at, knock in enumerate(sequence):
            if at:
                sleep(pause_ms / 1000)
            self._order("knock", address=address, port=knock.port, protocol=knock.protocol.value)

    def probe(self, address: str, port: int, *, service_port: int, within_s: float = 3.0) -> Seen:
        """Connect from there and report what answers; as ``probe``."""
        greeting = opening(service_port).hex()
        seen = self._order("look", address=address, port=port, opening=greeting, within_s=within_s)
        return judged(bytes.fromhex(seen["received"]), seen["how"])

    def _order(self, do: str, **order: object) -> dict[str, Any]:
        process = self._process or self._started()
        with suppress(OSError):  # it ended: what it said last tells why
            assert process.stdin  # noqa: S101  # it is a pipe
            process.stdin.write(f"{json.dumps({'do': do, **order})}\n")
            process.stdin.flush()
        assert process.stdout  # noqa: S101  # it is a pipe
        n_chars = 0
        while n_chars < _MOST_CHARS and (line := process.stdout.readline(_MOST_CHARS)):
            n_chars += len(line)
            answer = _answer(line)
            if answer is None:
                continue  # what a login shell says of itself
            if "error" in answer:
                raise UnreachableError(f"from {self.where}: {answer['error']}")
            return answer
        if n_chars >= _MOST_CHARS:
            process.kill()
            msg = f"{self.where} prints and prints, and its login shell does not come to an end"
            raise UnreachableError(msg, f"what does `ssh {self.where} true` print?")
        raise self._lost(process)

    def _started(self) -> subprocess.Popen[str]:
        program = Path(__file__).with_name("remote_script.py").read_text(encoding="utf-8")
        program += "\nserve()\n"
        try:
            process = subprocess.Popen(  # noqa: S603  # the user's own client and host
                (*_SSH, self.where, _COMMAND),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said.fileno(),  # no pipe: nobody would read it while it fills
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # no Ctrl-C: routers in flight are finished
            )
        except OSError as error:
            msg = f"ssh cannot be run: {error.strerror}"
            raise UnreachableError(msg, "--proof-from needs OpenSSH's client") from None
        self._process = process
        with suppress(OSError):
            assert process.stdin  # noqa: S101  # it is a pipe
            process.stdin.write(f"{program!r}\n")
        return process

    def _lost(self, process: subprocess.Popen[str]) -> UnreachableError:
        process.communicate()
        self._process = None
        self._said.seek(0)
        stderr = self._said.read().decode(errors="replace")
        if process.returncode == _NO_PYTHON:
            msg = f"{self.where} has no python3, which knocks for --proof-from"
            return UnreachableError(msg, "name another machine, or install it there")
        why = (stderr.strip().splitlines() or ["the connection was closed"])[-1]
        hint = f"does `ssh {self.where} true` work without a question?"
        return UnreachableError(f"no session with {self.where} for --proof-from: {why}", hint)


def _answer(line: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(line)["outpost"]
    except (ValueError, TypeError, KeyError):
        return None
    return answer if isinstance(answer, dict) else None
