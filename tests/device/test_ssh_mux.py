"""Connections that one ssh carries, asked for over its control socket (OpenSSH's PROTOCOL.mux)."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from knockdeploy.device import ssh_mux

HELLO, NEW_STDIO_FORWARD, TERMINATE = 0x00000001, 0x10000008, 0x10000005
SESSION_OPENED, PERMISSION_DENIED, OK = 0x80000006, 0x80000002, 0x80000001
GREETING = struct.pack(">II", HELLO, 4)


def framed(packet: bytes) -> bytes:
    return struct.pack(">I", len(packet)) + packet


class Master(threading.Thread):
    """An ssh that takes one control connection; each answer comes byte by byte."""

    def __init__(self, listener: socket.socket, *answers: bytes) -> None:
        super().__init__()
        self.listener, self.answers = listener, answers
        self.asked: list[bytes] = []
        self.carried: list[int] = []

    def run(self) -> None:
        session, _ = self.listener.accept()
        with session, suppress(BrokenPipeError):  # who ends an ssh, or is refused, hangs up
            for answer in self.answers:
                (length,) = struct.unpack(">I", session.recv(4, socket.MSG_WAITALL))
                self.asked.append(session.recv(length, socket.MSG_WAITALL))
                if self.asked[-1].startswith(struct.pack(">I", NEW_STDIO_FORWARD)):
                    for _ in ("stdin", "stdout"):
                        self.carried += socket.recv_fds(session, 1, 1)[1]
                for byte in answer and framed(answer):
                    session.sendall(bytes([byte]))
            for each in self.carried:
                with socket.socket(fileno=each) as carried:
                    carried.sendall(b"R1")


@contextmanager
def master(folder: Path, *answers: bytes) -> Iterator[tuple[Path, Master]]:
    control = folder / "control"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(control))
        listener.listen()
        thread = Master(listener, *answers)
        thread.start()
        yield control, thread
        thread.join()


def test_connection_is_asked_for_and_carried(tmp_path: Path) -> None:
    opened = struct.pack(">III", SESSION_OPENED, 1, 1)
    with master(tmp_path, GREETING, opened) as (control, ssh):
        carried = ssh_mux.carry(control, "192.0.2.1", 22, 60.0)
        assert carried
        with carried:
            carried.settimeout(60)
            assert carried.recv(10).startswith(b"R1")
    hello, asked = ssh.asked
    assert hello == GREETING
    kind, _, reserved = struct.unpack_from(">III", asked)
    assert (kind, reserved) == (NEW_STDIO_FORWARD, 0)
    assert asked[12:] == struct.pack(">I9sI", 9, b"192.0.2.1", 22)


def test_connection_that_is_refused_is_none(tmp_path: Path) -> None:
    denied = struct.pack(">II", PERMISSION_DENIED, 1) + framed(b"no")
    with master(tmp_path, GREETING, denied) as (control, _):
        assert ssh_mux.carry(control, "192.0.2.1", 22, 60.0) is None


@pytest.mark.parametrize("answers", [(b"",), (GREETING, b"")])
def test_ssh_that_is_gone_is_told(tmp_path: Path, answers: tuple[bytes, ...]) -> None:
    with (
        master(tmp_path, *answers) as (control, _),
        pytest.raises(ConnectionResetError),
    ):
        ssh_mux.carry(control, "192.0.2.1", 22, 60.0)


def test_ssh_is_ended_and_all_that_it_carries(tmp_path: Path) -> None:
    with master(tmp_path, GREETING, struct.pack(">II", OK, 1)) as (control, ssh):
        ssh_mux.terminate(control, 60.0)
    assert ssh.asked[1] == struct.pack(">II", TERMINATE, 1)
