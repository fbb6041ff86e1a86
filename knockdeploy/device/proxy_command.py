"""The way to a router by a program: ProxyCommand of ssh_config.

paramiko's own ProxyCommand polls, waits for bytes of a program that has ended and leaves a zombie.
Here the program talks to a socket whose other end is paramiko's.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import tempfile
import threading
from typing import Final

from knockdeploy.errors import DeviceTimeoutError, RouterError, UnreachableError

_ENDS_WITHIN_S: Final = 2.0


class ProxyCommand(socket.socket):
    """The way to a router by a program; closing it ends the program and all that it started."""

    def __init__(self, command: list[str]) -> None:
        """Start ``command``; it gets no terminal, and no Ctrl-C: routers in flight are finished.

        Raises:
            OSError: there is no such program.
        """
        ours, theirs = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the socket
        self._process: subprocess.Popen[bytes] | None = None
        self._last_words = ""
        self._n_banner_bytes = 0
        self._closing = threading.Lock()
        super().__init__(socket.AF_UNIX, socket.SOCK_STREAM, fileno=ours.detach())
        self.command = command
        self.by = "the ProxyCommand of ssh_config"
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the operator's own ssh_config
                command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=self._said.fileno(),
                start_new_session=True,
            )
        except BaseException:
            self.close()
            raise
        finally:
            theirs.close()

    def reached(self) -> None:
        """Note that the router answers: what the program said so far was no failure."""
        with self._closing:
            if not self._said.closed:
                self._n_banner_bytes = os.fstat(self._said.fileno()).st_size

    def blamed(self, error: RouterError) -> RouterError:
        """Close; return ``error``, or what the program said if that is behind it."""
        self.close()
        if not isinstance(error, UnreachableError | DeviceTimeoutError) or not self._last_words:
            return error
        what = f"{self.by}: {self._last_words}"
        return UnreachableError(what, f"try it by hand: {shlex.join(self.command)}")

    def close(self) -> None:
        """End the program; twice, and from paramiko's thread too, does no harm."""
        super().close()
        with self._closing:
            if self._said.closed:
                return
            if self._process:
                _end(self._process)
            self._said.seek(self._n_banner_bytes)
            lines = self._said.read().decode(errors="replace").split("\n")
            self._last_words = next((line.strip() for line in reversed(lines) if line.strip()), "")
            self._said.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and its group: a jump host behind a jump host is an ssh started by an ssh."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ENDS_WITHIN_S)
