"""Looking at a door from outside: does the service answer, and if not, in which way."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_ENOUGH: Final = 512
"""Bytes after which what answers has said who it is."""

_SPEAKS_FIRST: Final = 22
_HTTP: Final = frozenset({80, 8080})
_HANDSHAKE: Final = 0x16
_SERVER_HELLO: Final = 0x02
_ANSWERED: Final = "answered"
_HOW_SHUT: Final = {
    "TimeoutError": "timeout",
    "timeout": "timeout",  # its name before Python 3.10
    "ConnectionRefusedError": "refused",
    "ConnectionResetError": "reset",
    "BrokenPipeError": "reset",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe saw. ``how``: what answered, or in which way nothing did.

    Open is a service that says who it is: an SSH banner, a TLS ServerHello, an HTTP status.
    Whatever else answers, as something on the way may, is neither open nor shut.
    """

    is_open: bool
    how: str

    @property
    def is_shut(self) -> bool:
        """Whether not a byte came back."""
        return not self.is_open and self.how != _ANSWERED


def probe(  # noqa: PLR0913  where to look, as what, from where, and the clock
    address: str,
    port: int,
    *,
    service_port: int,
    source: str | None = None,
    within_s: float = 3.0,
    now: Callable[[], float] = time.monotonic,
) -> Seen:
    """Connect to ``port`` and report what answers within ``within_s`` seconds.

    ``service_port``, the router's own port of that service, says how to address it. A service
    that accepts and says nothing is shut: an ACL that cuts sessions looks like that.
    """
    deadline = now() + within_s
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
            if source is not None:
                stream.bind((source, 0))
            stream.settimeout(within_s)
            stream.connect((address, port))
            return _listen(stream, opening(service_port), deadline, now)
    except (OSError, ValueError, TypeError) as error:  # ValueError, TypeError: an invalid name
        return Seen(is_open=False, how=_how_shut(error))


def probe_until_open(
    look: Callable[[float], Seen],
    *,
    within_s: float = 10.0,
    every_s: float = 0.3,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Seen:
    """Look again and again, for so many seconds at most, until the service answers.

    Returns what was seen last.
    """
    deadline = now() + within_s
    while True:
        seen = look(max(every_s, min(3.0, deadline - now())))
        if seen.is_open or now() + every_s >= deadline:
            return seen
        sleep(every_s)


def opening(service_port: int) -> bytes:
    """Return what we say first to a service."""
    if service_port == _SPEAKS_FIRST:
        return b""
    if service_port in _HTTP:
        return b"HEAD / HTTP/1.0\r\n\r\n"
    return _client_hello()


def _client_hello() -> bytes:
    import ssl  # noqa: PLC0415  # it takes as long to load as a router to read

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing but whether it answers is asked
    context.set_ciphers("ALL:@SECLEVEL=0")  # classic IOS knows none of today's ciphers
    outgoing = ssl.MemoryBIO()
    handshake = context.wrap_bio(ssl.MemoryBIO(), outgoing)
    with contextlib.suppress(ssl.SSLWantReadError):
        handshake.do_handshake()
    return outgoing.read()


def _listen(stream: socket.socket, first: bytes, deadline: float, now: Callable[[], float]) -> Seen:
    received = b""
    try:
        if first:
            stream.sendall(first)
        while len(received) < _ENOUGH and (left_s := deadline - now()) > 0:
            stream.settimeout(left_s)
            chunk = stream.recv(_ENOUGH)
            received += chunk
            if not chunk or _name(received) is not None:
                break
        else:
            return _seen(received, "timeout")
    except OSError as error:
        return _seen(received, _how_shut(error))
    return _seen(received, "closed")


def _seen(received: bytes, how_shut: str) -> Seen:
    if not received:
        return Seen(is_open=False, how=how_shut)
    name = _name(received)
    return Seen(is_open=name is not None, how=name or _ANSWERED)


def _name(received: bytes) -> str | None:
    if re.search(rb"^SSH-", received, re.MULTILINE):  # RFC 4253: other lines may come before
        return "ssh banner"
    if status := re.match(rb"HTTP/\d(?:\.\d)? (\d{3})", received):
        return f"http {status[1].decode()}"
    if received[:1] == bytes([_HANDSHAKE]) and received[5:6] == bytes([_SERVER_HELLO]):
        return "tls"
    return None


def judged(received: bytes, how: str) -> Seen:
    """Return what another machine saw: what came back, and `closed` or its error's class."""
    return _seen(received, "closed" if how == "closed" else _HOW_SHUT.get(how, "unreachable"))


def _how_shut(error: Exception) -> str:
    return _HOW_SHUT.get(type(error).__name__, "unreachable")
