"""ssh_config as we follow it: HostName, Port, User, and the way by ProxyJump or ProxyCommand.

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
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import paramiko

from knockdeploy.errors import DeviceTimeoutError, InputError, Mistake, UnreachableError
from knockdeploy.operator import SSH_PORT

_ENDS_WITHIN_S: Final = 2.0


class Jump(socket.socket):
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
        self._closing = threading.Lock()
        super().__init__(socket.AF_UNIX, socket.SOCK_STREAM, fileno=ours.detach())
        self.command = command
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

    def blamed(self, error: BaseException) -> BaseException:
        """Close; return ``error``, or what the program said if the router was not reached."""
        self.close()
        if not isinstance(error, UnreachableError | DeviceTimeoutError):
            return error
        what = f"the jump host of ssh_config: {self._last_words or error.message}"
        return UnreachableError(what, f"try it by hand: {shlex.join(self.command)}")

    def close(self) -> None:
        """End the program; twice, and from paramiko's thread too, does no harm."""
        super().close()
        with self._closing:
            if self._said.closed:
                return
            if self._process:
                _end(self._process)
            self._said.seek(0)
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


def through(file: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return paramiko's parameters ``given`` as the ssh_config ``file`` completes them.

    Its Port and User count where the inventory has none; a way by a jump host becomes ``sock``.

    Raises:
        InputError: the file is no ssh_config.
        OSError: the program of the way cannot be started.
    """
    if not file.is_file():
        return dict(given)
    with _reading(file):
        config = paramiko.SSHConfig.from_path(str(file))
        found = config.lookup(given["hostname"])
        port = int(found.get("port", SSH_PORT)) if given["port"] == SSH_PORT else given["port"]
    hostname = found.get("hostname", given["hostname"])
    username = given["username"] or found.get("user")
    completed = {**given, "hostname": hostname, "port": port, "username": username}
    if turns := _turns_back(config, _jumps(found)):
        message = f"the jump host {turns} is reached by way of itself: ssh would start without end"
        hint = f"give `Host {turns}` a `ProxyJump none` above the entry that names it"
        raise InputError(Mistake(message, hint, file=str(file)))
    with _reading(file):
        command = _command(found, file, hostname, port)
    return {**completed, "sock": Jump(command)} if command else completed


def is_way(file: Path, hostname: str) -> bool:
    """Tell whether the ssh_config ``file`` has a program reach this host.

    Raises:
        InputError: the file is no ssh_config.
    """
    if not file.is_file():
        return False
    with _reading(file):
        found = paramiko.SSHConfig.from_path(str(file)).lookup(hostname)
    return "proxycommand" in found or bool(_jumps(found))


@contextlib.contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (paramiko.SSHException, ValueError, ImportError) as error:  # paramiko's for Match exec
        message = f"is not a valid ssh_config: {error}"
        raise InputError(Mistake(message, "see man ssh_config", file=str(file))) from None


def _jumps(found: Mapping[str, str]) -> list[str]:
    if "proxycommand" in found:  # the one or the other is the way (man ssh_config)
        return []
    jumps = found.get("proxyjump", "none")
    return [] if jumps.lower() == "none" else [jump.strip() for jump in jumps.split(",")]


def _turns_back(config: paramiko.SSHConfig, jumps: list[str]) -> str:
    """Return the jump host to which the way comes a second time; "" without one.

    ssh looks up the way of the first jump host alone: the others come behind those before them.
    """
    passed: list[str] = []
    while jumps:
        name = _name(jumps[0])
        if name in passed:
            return name
        passed.append(name)
        jumps = _jumps(config.lookup(name))
    return ""


def _name(jump: str) -> str:
    """Return the host of a jump host's ``user@host:port`` or ssh URL."""
    host = urlsplit(jump if jump.startswith("ssh://") else f"ssh://{jump}").hostname
    return host or jump


def _command(found: Mapping[str, str], file: Path, hostname: str, port: int) -> list[str]:
    """Return the program by which a router is reached; [] without one."""
    if "proxycommand" in found:
        return shlex.split(found["proxycommand"])
    if not (jumps := _jumps(found)):
        return []
    *before, last = jumps
    target = f"[{hostname}]:{port}" if ":" in hostname else f"{hostname}:{port}"
    by = ["-J", ",".join(before)] if before else []
    return ["ssh", "-F", str(file), *by, "-W", target, *_destination(last)]


def _destination(jump: str) -> list[str]:
    """Return ``user@host:port`` or an ssh URL as ssh's words."""
    host, colon, port = jump.rpartition(":")
    if jump.startswith("ssh://") or not colon or not port.isdecimal() or host.count(":"):
        return [jump]
    return ["-p", port, host]
