from __future__ import annotations

import hmac
import inspect
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import paramiko
import pytest
from paramiko.kex_group14 import KexGroup14

from knockdeploy.device.hostkeys import KnownHosts
from knockdeploy.device.transport import Client, ReadAhead, Transport
from knockdeploy.lab.wire.ssh import CLASSIC


@pytest.fixture
def transport() -> Iterator[Transport]:
    with socket.socket() as unused:
        yield Transport(unused, None)


def test_installed_paramiko_has_all_that_classic_ios_offers(transport: Transport) -> None:
    """The lab's profile has what classic IOS offers (ios-facts §13)."""
    options = transport.get_security_options()
    assert set(CLASSIC.kex) <= set(options.kex)
    assert CLASSIC.key in options.key_types
    assert set(CLASSIC.ciphers) <= set(options.ciphers)
    assert set(CLASSIC.macs) <= set(options.digests)


def test_nothing_of_paramiko_is_switched_off_and_old_things_come_last(transport: Transport) -> None:
    kex = list(transport.get_security_options().kex)
    with socket.socket() as unused:
        theirs = paramiko.Transport(unused).get_security_options().kex
    assert set(kex) == set(theirs)
    assert sorted(kex, key=lambda name: name.endswith("sha1")) == kex
    assert kex.index("diffie-hellman-group14-sha1") < kex.index(
        "diffie-hellman-group-exchange-sha1"
    )


def test_known_type_of_key_is_asked_for_first() -> None:
    with socket.socket() as unused:
        types = Transport(unused, "ssh-rsa").get_security_options().key_types
    assert list(types)[:3] == ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]


@pytest.mark.parametrize("name", ["diffie-hellman-group14-sha1", "diffie-hellman-group14-sha256"])
def test_openssl_computes_what_python_would(transport: Transport, name: str) -> None:
    engine = Transport._kex_info[name](transport)  # noqa: SLF001
    exponent = 2**2000 + 12345
    engine.f = pow(2, 9876543210, KexGroup14.P)
    assert pow(engine.G, exponent, engine.P) == pow(2, exponent, KexGroup14.P)
    assert pow(engine.f, exponent, engine.P) == pow(int(engine.f), exponent, KexGroup14.P)
    assert engine.name == name


def test_degenerate_half_of_a_key_exchange_is_refused(transport: Transport) -> None:
    engine = Transport._kex_info["diffie-hellman-group14-sha1"](transport)  # noqa: SLF001
    engine.f = KexGroup14.P - 1
    with pytest.raises(paramiko.SSHException, match="key exchange"):
        pow(engine.f, 2**2000, engine.P)


def test_nothing_is_held_back_to_fill_a_packet(transport: Transport) -> None:
    assert isinstance(transport.sock, socket.socket)
    assert transport.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_macs_are_compared_where_the_installed_paramiko_compares_them() -> None:
    assert paramiko.util.constant_time_bytes_eq is hmac.compare_digest
    assert "util.constant_time_bytes_eq(" in inspect.getsource(paramiko.packet.Packetizer)


def test_what_has_arrived_is_read_once_and_given_in_order() -> None:
    arrived = iter([b"abcdefgh", b"ij", b"", b""])

    class Socket:
        timeout = 0.0

        def recv(self, _size: int) -> bytes:
            return next(arrived)

        def settimeout(self, timeout: float) -> None:
            self.timeout = timeout

    ahead = ReadAhead(Socket())
    ahead.settimeout(3.5)
    assert ahead.timeout == 3.5
    assert [ahead.recv(size) for size in (3, 4, 4, 4, 4, 4)] == [
        b"abc",
        b"defg",
        b"h",
        b"ij",
        b"",
        b"",
    ]


class Wire:
    """A transport that answers once both requests have been sent."""

    def __init__(self, *, takes: bool) -> None:
        channel: Any = paramiko.Channel(0)
        channel.transport, channel.remote_chanid, channel.active = self, 0, True
        channel.event.wait = self._wait
        self.channel: Any = channel
        self.requests: list[str] = []
        self._takes = takes

    def open_session(self) -> Any:
        return self.channel

    def _send_user_message(self, message: paramiko.Message) -> None:
        sent = paramiko.Message(message.asbytes())
        sent.get_byte(), sent.get_int()
        self.requests.append(sent.get_text())

    def _wait(self) -> None:
        assert self.requests == ["pty-req", "shell"], "nobody answers before"
        if self._takes:
            self.channel._request_success(None)  # noqa: SLF001
        else:
            self.channel.event.set()

    def get_exception(self) -> None:
        return None


def client(wire: Wire) -> Client:
    client: Any = Client(KnownHosts(Path("none"), "strict"))
    client._transport = wire  # noqa: SLF001
    return cast("Client", client)


def test_a_terminal_and_a_shell_are_asked_for_at_once() -> None:
    wire = Wire(takes=True)
    assert client(wire).invoke_shell(term="vt100", width=511, height=1000) is wire.channel


def test_a_shell_that_is_refused_is_an_error() -> None:
    with pytest.raises(paramiko.SSHException, match="closed"):
        client(Wire(takes=False)).invoke_shell()
