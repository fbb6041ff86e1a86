"""SSH as IOS speaks it: two profiles, a password, and a shell behind it (ios-facts §13)."""

from __future__ import annotations

import asyncio
import socket
import warnings
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncssh
from asyncssh.constants import MSG_IGNORE
from cryptography.utils import CryptographyDeprecationWarning

from knockdeploy.lab.shell.tty import Tty

RSA_BITS = 2048
KbdIntChallenge = bool | tuple[str, str, str, list[tuple[str, bool]]]


@dataclass(frozen=True, slots=True)
class SshProfile:
    """What a router's SSH server offers, nothing else.

    ``signatures`` is all that it verifies of keys, and it tells nobody (no server-sig-algs); ()
    is what a server of today does.
    """

    version: str
    key: str
    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    signatures: tuple[str, ...] = ()


CLASSIC = SshProfile(
    version="Cisco-1.25",
    key="ssh-rsa",
    kex=(
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ),
    ciphers=("aes128-cbc", "3des-cbc", "aes128-ctr"),
    macs=("hmac-sha1",),
    signatures=("ssh-rsa",),
)
MODERN = SshProfile(
    version="Cisco-1.25",
    key="ssh-ed25519",
    kex=("curve25519-sha256", "ecdh-sha2-nistp256"),
    ciphers=("aes128-gcm@openssh.com", "aes128-ctr", "aes256-ctr"),
    macs=("hmac-sha2-256",),
)


@dataclass(frozen=True, slots=True)
class Account:
    """The name and password a router takes, and the privilege level they give.

    ``key`` is a public key, a line in OpenSSH's format, that does instead of the password;
    ``enable`` is what `enable` wants to hear, None if the router has no enable secret, and
    ``enable_asks`` its questions: the secret answers the first, nothing any other.
    ``login_asks`` are those of a keyboard-interactive login, which takes the place of the password.
    """

    username: str
    password: str
    privilege: int = 15
    key: str | None = None
    enable: str | None = None
    enable_asks: tuple[str, ...] = ("Password: ",)
    login_asks: tuple[str, ...] = ()


def expect_old_algorithms() -> None:
    """Keep cryptography from announcing, at each login, the end of what classic IOS speaks."""
    warnings.filterwarnings(
        "ignore", "Diffie-Hellman over finite fields", CryptographyDeprecationWarning
    )


def new_key(profile: SshProfile) -> asyncssh.SSHKey:
    """Make a host key; RSA takes about 0.1 s of one core (and gives other threads the others)."""
    if profile.key == "ssh-rsa":
        return asyncssh.generate_private_key("ssh-rsa", key_size=RSA_BITS)
    return asyncssh.generate_private_key(profile.key)


Serve = Callable[[Tty, str | None], Awaitable[None]]


class SshServer:
    """Speaks SSH on sockets it is handed, and gives every login a terminal.

    ``serve`` runs a login from its first prompt to its end; it gets the command of
    ``ssh router command``, or None for a shell.
    """

    def __init__(self, profile: SshProfile, key: asyncssh.SSHKey, account: Account) -> None:
        self._profile = profile
        self.account = account
        self._set_key(key)

    def _set_key(self, key: asyncssh.SSHKey) -> None:
        (pair,) = asyncssh.load_keypairs(key)
        # asyncssh would offer rsa-sha2-* for an RSA key too, which this IOS does not know.
        pair.host_key_algorithms = (self._profile.key.encode(),)
        self._pair = pair

    def change_key(self) -> None:
        """Show another host key from the next connection on."""
        self._set_key(new_key(self._profile))

    async def speak(
        self, sock: socket.socket, serve: Serve, buffer_chars: Callable[[], int | None]
    ) -> None:
        """Serve one connection until it ends; the socket is closed then."""
        profile = self._profile
        try:
            connection = await asyncssh.run_server(
                sock,
                server_factory=lambda: _Gate(profile, self.account, serve, buffer_chars),
                server_host_keys=[self._pair],
                server_version=profile.version,
                kex_algs=profile.kex,
                encryption_algs=profile.ciphers,
                mac_algs=profile.macs,
                compression_algs=("none",),
                password_auth=not self.account.login_asks,
                public_key_auth=self.account.key is not None,
                kbdint_auth=bool(self.account.login_asks),
                gss_host=None,
                line_editor=False,
                encoding="ascii",
                errors="surrogateescape",  # as octets.py has it
                agent_forwarding=False,
            )
        except (OSError, asyncssh.Error):
            return  # it left, or failed to log in: nobody's business but the other side's
        try:
            await connection.wait_closed()
        finally:
            connection.abort()
            await connection.wait_closed()


class _Gate(asyncssh.SSHServer):
    """Asks for the password, and opens one terminal for each session requested."""

    def __init__(
        self,
        profile: SshProfile,
        account: Account,
        serve: Serve,
        buffer_chars: Callable[[], int | None],
    ) -> None:
        self._profile = profile
        self._account = account
        self._serve = serve
        self._buffer_chars = buffer_chars

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        _ignore_nothing(conn)
        if self._profile.signatures:
            _verify_only(conn, self._profile.signatures)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (self._account.username, self._account.password)

    def kbdint_auth_supported(self) -> bool:
        return bool(self._account.login_asks)

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> KbdIntChallenge:
        self._questions = list(self._account.login_asks)
        return self._next_question()

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> KbdIntChallenge:
        is_right = (username, *responses) == (self._account.username, self._account.password)
        return is_right and (not self._questions or self._next_question())

    def _next_question(self) -> KbdIntChallenge:
        return "", "", "", [(self._questions.pop(0), False)]

    def public_key_auth_supported(self) -> bool:
        return self._account.key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        line = key.export_public_key().decode().split()[:2]  # without its comment
        return username == self._account.username and line == (self._account.key or "").split()[:2]

    def session_requested(self) -> _Channel:
        return _Channel(self._serve, self._buffer_chars())


def _ignore_nothing(conn: asyncssh.SSHServerConnection) -> None:
    """Have a connection send no packets to be ignored: asyncssh puts one before each other."""
    send = conn.send_packet

    def send_packet(kind: int, *parts: bytes, **options: Any) -> None:  # noqa: ANN401  # as it takes
        if kind != MSG_IGNORE:
            send(kind, *parts, **options)

    conn.send_packet = send_packet  # type: ignore[method-assign, assignment]


def _verify_only(conn: asyncssh.SSHServerConnection, signatures: tuple[str, ...]) -> None:
    """Have a connection verify these signatures alone, and keep that to itself (ios-facts §13).

    asyncssh has no option for either.
    """
    verify = conn.validate_public_key

    async def validate(username: str, key_data: bytes, msg: bytes, signature: bytes) -> bool:
        length = int.from_bytes(signature[:4], "big")
        is_known = not signature or signature[4 : 4 + length].decode("ascii") in signatures
        return is_known and await verify(username, key_data, msg, signature)

    conn.validate_public_key = validate  # type: ignore[method-assign]
    conn._send_ext_info = lambda: None  # type: ignore[method-assign]  # noqa: SLF001


class _Channel(asyncssh.SSHServerSession[str]):
    """Joins one SSH channel and one terminal."""

    def __init__(self, serve: Serve, buffer_chars: int | None) -> None:
        self._serve = serve
        self._terminal = Tty(self._send, buffer_chars=buffer_chars)
        self._task: asyncio.Task[None] | None = None
        self._command: str | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], *_: object
    ) -> bool:
        self.terminal_size_changed(*term_size)
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self._terminal.width = width or self._terminal.width
        self._terminal.height = height or self._terminal.height

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._command = command
        self._terminal.height = 0
        return True

    def session_started(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    def data_received(self, data: str, datatype: int | None) -> None:
        self._terminal.feed(data)

    def eof_received(self) -> bool:
        self._terminal.end_input()
        return True  # what was typed ahead is still run and answered

    def connection_lost(self, exc: Exception | None) -> None:
        self._terminal.lose()
        # IOS ends the connection with its only session.
        self._channel.get_connection().close()

    def _send(self, text: str) -> None:
        if not self._channel.is_closing():
            self._channel.write(text)

    async def _run(self) -> None:
        try:
            await self._serve(self._terminal, self._command)
        finally:
            if not self._channel.is_closing():
                self._channel.exit(0)
