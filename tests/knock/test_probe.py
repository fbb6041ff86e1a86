"""What counts as open and as shut, over real loopback sockets."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from knockdeploy.knock.probe import Seen, probe, probe_until_open

DOOR = "127.20.9.2"
Talk = Callable[[socket.socket], None]


@contextmanager
def service(talk: Talk, n_sessions: int = 1) -> Iterator[int]:
    """Listen on a free port and run ``talk`` with each session."""
    ended = threading.Event()
    with socket.create_server((DOOR, 0)) as listener:
        listener.settimeout(60)

        def serve() -> None:
            for _ in range(n_sessions):
                session, _ = listener.accept()
                with session:
                    session.settimeout(60)
                    talk(session)
                    ended.wait(0 if n_sessions > 1 else 10)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        ended.set()
        thread.join()


def says(*parts: bytes) -> Talk:
    def talk(session: socket.socket) -> None:
        for part in parts:
            session.sendall(part)

    return talk


def closes(session: socket.socket) -> None:
    session.shutdown(socket.SHUT_RDWR)


def resets(session: socket.socket) -> None:
    session.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    session.close()


SERVER_HELLO = b"\x16\x03\x01\x00\x4a\x02\x00\x00\x46\x03\x01" + b"\0" * 70
ALERT = b"\x15\x03\x01\x00\x02\x02\x28"


@pytest.mark.parametrize(
    ("service_port", "talk", "how"),
    [
        (22, says(b"SSH-2.0-Cisco-1.25\r\n"), "ssh banner"),
        (22, says(b"hello\r\n", b"SSH-2.0-x\r\n"), "ssh banner"),
        (2222, says(b"SSH-1.99-Cisco-1.25\r\n"), "ssh banner"),
        (80, says(b"HTTP/1.1 401 Unauthorized\r\n\r\n"), "http 401"),
        (80, says(b"HTTP/1", b".0 200 OK\r\n"), "http 200"),
        (443, says(SERVER_HELLO), "tls"),
        (443, says(SERVER_HELLO[:3], SERVER_HELLO[3:]), "tls"),
        (443, says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "http 400"),
    ],
)
def test_a_service_that_says_who_it_is_is_open(service_port: int, talk: Talk, how: str) -> None:
    with service(talk) as port:
        assert probe(DOOR, port, service_port=service_port) == Seen(is_open=True, how=how)


@pytest.mark.parametrize("answer", [ALERT, b"\xff\xfd\x18\xff\xfd\x20"])
def test_any_other_answer_is_neither_open_nor_shut(answer: bytes) -> None:
    with service(says(answer)) as port:
        seen = probe(DOOR, port, service_port=443, within_s=2)
    assert seen == Seen(is_open=False, how="answered")
    assert not seen.is_shut


@pytest.mark.parametrize(
    ("talk", "how", "within_s"),
    [(says(), "timeout", 0.2), (closes, "closed", 60), (resets, "reset", 60)],
)
def test_a_session_without_a_byte_is_shut(talk: Talk, how: str, within_s: float) -> None:
    with service(talk) as port:
        seen = probe(DOOR, port, service_port=22, within_s=within_s)
    assert seen == Seen(is_open=False, how=how)
    assert seen.is_shut


def test_a_refusal_is_shut() -> None:
    with socket.create_server((DOOR, 0)) as listener:
        port = listener.getsockname()[1]
    assert probe(DOOR, port, service_port=22) == Seen(is_open=False, how="refused")


@pytest.mark.parametrize(
    ("address", "source"),
    [("255.255.255.255", None), ("x..y", None), ("a" * 300, None), (DOOR, "192.0.2.1")],
)
def test_no_way_there_is_shut(address: str, source: str | None) -> None:
    seen = probe(address, 22, service_port=22, source=source)
    assert seen == Seen(is_open=False, how="unreachable")


def test_a_connection_that_nobody_takes_times_out() -> None:
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind((DOOR, 0))
        listener.listen(0)
        for taken in (first, second):  # fills the backlog: further SYNs are dropped
            taken.setblocking(False)
            taken.connect_ex(listener.getsockname())
        seen = probe(DOOR, listener.getsockname()[1], service_port=22, within_s=0.2)
    assert seen == Seen(is_open=False, how="timeout")


def test_it_speaks_as_the_service_expects() -> None:
    heard: list[bytes] = []

    def listen(session: socket.socket) -> None:
        heard.append(session.recv(2000))
        session.sendall(b"HTTP/1.0 200 OK\r\n")

    for service_port in (80, 443):
        with service(listen) as port:
            probe(DOOR, port, service_port=service_port)
    assert heard[0] == b"HEAD / HTTP/1.0\r\n\r\n"
    assert heard[1][:1] == b"\x16"
    assert heard[1][5:6] == b"\x01"  # ClientHello
    assert b"\x00\x2f" in heard[1]  # TLS_RSA_WITH_AES_128_CBC_SHA, which classic IOS knows


def test_it_comes_from_the_source_asked_for() -> None:
    sources: list[str] = []

    def talk(session: socket.socket) -> None:
        sources.append(session.getpeername()[0])
        session.sendall(b"SSH-2.0-x\r\n")

    with service(talk) as port:
        assert probe(DOOR, port, service_port=22, source="127.66.0.9").is_open
    assert sources == ["127.66.0.9"]


def test_drops_of_bytes_do_not_prolong_a_probe() -> None:
    """One deadline for all: a service that dribbles cannot hold the run."""
    now = [0.0]

    def talk(session: socket.socket) -> None:
        with suppress(OSError):  # the probe hangs up in between
            for _ in range(5):
                session.sendall(b"x")
                session.recv(1)

    def quiet(session: socket.socket) -> None:
        session.recv(1)

    def clock() -> float:
        now[0] += 1
        return now[0]

    with service(talk) as port:
        seen = probe(DOOR, port, service_port=22, within_s=2, now=clock)
    assert seen == Seen(is_open=False, how="answered")
    assert not seen.is_shut
    now[0] = 0
    with service(quiet) as port:  # and the time is over at once
        seen = probe(DOOR, port, service_port=22, within_s=1, now=clock)
    assert seen == Seen(is_open=False, how="timeout")


def test_waiting_ends_when_the_service_answers() -> None:
    sessions = iter([closes, closes, says(b"SSH-2.0-x\r\n")])
    slept: list[float] = []

    def talk(session: socket.socket) -> None:
        next(sessions)(session)

    with service(talk, n_sessions=3) as port:
        seen = probe_until_open(
            lambda within_s: probe(DOOR, port, service_port=22, within_s=within_s),
            sleep=slept.append,
        )
    assert seen == Seen(is_open=True, how="ssh banner")
    assert len(slept) == 2


def test_waiting_ends_when_time_is_over() -> None:
    with socket.create_server((DOOR, 0)) as listener:
        port = listener.getsockname()[1]
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    seen = probe_until_open(
        lambda within_s: probe(DOOR, port, service_port=22, within_s=within_s),
        within_s=10, now=lambda: now[0], sleep=sleep,
    )  # fmt: skip
    assert seen == Seen(is_open=False, how="refused")
    assert 9 < now[0] <= 10


def test_one_look_never_takes_all_the_time() -> None:
    """Its SYN may have been dropped just before the door opened: the next look sees that."""
    now, looks = [0.0], []

    def look(within_s: float) -> Seen:
        looks.append(within_s)
        now[0] += within_s
        return Seen(is_open=False, how="timeout")

    probe_until_open(
        look, within_s=10, now=lambda: now[0],
        sleep=lambda seconds: now.__setitem__(0, now[0] + seconds),
    )  # fmt: skip
    assert looks[:3] == [3.0, 3.0, 3.0]
    assert 9 < now[0] <= 10.3
