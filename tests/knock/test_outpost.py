"""What runs on the machine of `--proof-from`: it looks no longer than it was told."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from knockdeploy.errors import UnreachableError
from knockdeploy.knock import remote_script
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.sequence import Knock, KnockSequence, Protocol

HERE = "127.0.0.1"


def test_service_that_trickles_is_not_looked_at_for_ever() -> None:
    """A byte now and then never lets a single read time out: the whole look has a deadline."""
    looked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def trickle() -> None:
            session, _ = listener.accept()
            with session:
                for _ in range(remote_script.ENOUGH):
                    session.sendall(b"x")
                    if looked.wait(0.02):
                        return

        thread = threading.Thread(target=trickle)
        thread.start()
        found = remote_script.look("127.0.0.1", listener.getsockname()[1], "", 60.0)
        looked.set()
        thread.join()
    assert 0 < len(bytes.fromhex(found["received"])) < remote_script.ENOUGH
    assert found["how"] == "TimeoutError"


def ssh_that(does: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = folder / "ssh"
    ssh.write_text(f"#!/bin/sh\n{does}\n")
    ssh.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_knocks_and_looks_are_made_there_by_one_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    ssh_that(f'echo . >> {log}; for last; do :; done; exec sh -c "$last"', tmp_path, monkeypatch)
    with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.create_server((HERE, 0)) as tcp:
        udp.bind((HERE, 0))
        ports = [each.getsockname()[1] for each in (udp, tcp)]
        knocks = (Knock(ports[0], Protocol.UDP), Knock(ports[1], Protocol.TCP))
        for each in (udp, tcp):
            each.settimeout(60)
        slept: list[float] = []
        with Elsewhere("far") as far:
            far.knock(HERE, KnockSequence(knocks), pause_ms=400, sleep=slept.append)
            assert udp.recv(10) == b"\0"
            with tcp.accept()[0] as session:
                assert session.recv(10) == b""
            assert slept == [0.4]
            thread = threading.Thread(target=answer, args=(tcp,))
            thread.start()
            assert far.probe(HERE, ports[1], service_port=80).how == "http 200"
            thread.join()
    assert log.read_text() == ".\n"


def answer(listener: socket.socket) -> None:
    """Be a web server: it says nothing before it was asked."""
    session, _ = listener.accept()
    with session:
        assert session.recv(100).startswith(b"HEAD / HTTP/1.0")
        session.sendall(b"HTTP/1.0 200 OK\r\n\r\n")


@pytest.mark.parametrize("printing", ["yes", "tr '\\0' y < /dev/zero"], ids=["lines", "one-line"])
def test_machine_that_prints_without_an_end_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printing: str
) -> None:
    ssh_that(f"exec {printing}", tmp_path, monkeypatch)
    with Elsewhere("far") as far, pytest.raises(UnreachableError, match="far prints and prints"):
        far.ready("192.0.2.1", 22)
