"""What runs on the machine of `--proof-from`: it looks no longer than it was told."""

from __future__ import annotations

import json
import os
import socket
import threading
from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

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


@pytest.mark.parametrize(
    ("says", "stays", "found"),
    [
        (b"SSH-2.0-Cisco-1.25\r\n", False, "closed"),
        (b"SSH-2.0-Cisco-1.25\r\n", True, "TimeoutError"),
        (b"", False, "closed"),
        (b"", True, "TimeoutError"),
    ],
)
def test_a_look_tells_what_came_back_and_how_it_ended(
    says: bytes, found: str, *, stays: bool
) -> None:
    heard, looked = list[bytes](), threading.Event()
    with socket.create_server((HERE, 0)) as listener:

        def answer() -> None:
            session, _ = listener.accept()
            with session:
                heard.append(session.recv(5))
                session.sendall(says)
                if stays:
                    looked.wait()

        thread = threading.Thread(target=answer)
        thread.start()
        seen = remote_script.look(HERE, listener.getsockname()[1], b"HELLO".hex(), 0.5)
        looked.set()
        thread.join()
    assert heard == [b"HELLO"]
    assert seen == {"received": says.hex(), "how": found}


def test_a_look_at_a_port_where_nobody_listens_is_refused() -> None:
    with socket.create_server((HERE, 0)) as listener:
        port = listener.getsockname()[1]
    assert remote_script.look(HERE, port, "", 5.0)["how"] == "ConnectionRefusedError"


def test_a_knock_is_one_packet_and_orders_are_answered_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind((HERE, 0))
        tcp.bind((HERE, 0))
        tcp.listen()
        orders = [
            {"do": "knock", "address": HERE, "port": udp.getsockname()[1], "protocol": "udp"},
            {"do": "knock", "address": HERE, "port": tcp.getsockname()[1], "protocol": "tcp"},
        ]
        monkeypatch.setattr("sys.stdin", StringIO("".join(f"{json.dumps(o)}\n" for o in orders)))
        remote_script.serve()
        udp.settimeout(60)
        assert udp.recv(9) == b"\0"
        tcp.settimeout(60)
        tcp.accept()[0].close()
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers == [{"outpost": {}}, {"outpost": {}}]


def test_an_order_that_cannot_be_carried_out_is_answered_with_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order = {"do": "look", "address": HERE, "port": 9, "opening": "odd", "within_s": 1.0}
    stream = SimpleNamespace(sendall=lambda _: None)
    monkeypatch.setattr("socket.create_connection", lambda *_: nullcontext(stream))
    monkeypatch.setattr("sys.stdin", StringIO(f"{json.dumps(order)}\n"))
    remote_script.serve()
    (answer,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert "hexadecimal" in answer["outpost"]["error"]


def test_a_service_may_take_all_the_time_of_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    stream = SimpleNamespace(sendall=len, settimeout=waits.append, recv=lambda _: b"")
    monkeypatch.setattr("socket.create_connection", lambda *_: nullcontext(stream))
    assert remote_script.look(HERE, 22, "", 3600.0) == {"received": "", "how": "closed"}
    assert 3000 < waits[0] <= 3600


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


def test_machine_may_say_much_on_stderr_and_hears_no_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ssh does where LogLevel is DEBUG; Ctrl-C is for us, who finish the routers in flight."""
    group = tmp_path / "group"
    floods = "head -c 300000 /dev/zero >&2"
    tells = f"read -r _ _ _ _ group _ < /proc/self/stat; echo $group > {group}"
    runs = 'for last; do :; done; exec sh -c "$last"'
    ssh_that(f"{floods}; {tells}; {runs}", tmp_path, monkeypatch)
    with socket.create_server((HERE, 0)) as listener, Elsewhere("far") as far:
        far.ready(HERE, listener.getsockname()[1])
    assert int(group.read_text()) != os.getpgid(0)
