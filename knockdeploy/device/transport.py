"""The SSH client below a session: which algorithms, in which order, and how fast.

Classic IOS offers Diffie-Hellman over SHA-1, ssh-rsa, aes-cbc, 3des-cbc and hmac-sha1, nothing
else (ios-facts §13): all of it stays on, behind everything better.
"""

from __future__ import annotations

import hmac
import socket
import threading
import warnings
from typing import Any, ClassVar, Final, cast

import paramiko
import paramiko.packet
import paramiko.util
from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.utils import CryptographyDeprecationWarning
from paramiko.auth_handler import AuthOnlyHandler
from paramiko.kex_group14 import KexGroup14, KexGroup14SHA256

from knockdeploy.device.dialogue import PasswordDialogue
from knockdeploy.device.hostkeys import HostKeys, host_key_name

# cryptography announces the end of finite-field Diffie-Hellman, each time one of these names is
# looked up. Routers of the classic profile speak nothing else; constraints.txt pins a version.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", CryptographyDeprecationWarning)
    _Group, _Public, _Private = dh.DHParameterNumbers, dh.DHPublicNumbers, dh.DHPrivateNumbers

_CHUNK_BYTES: Final = 65536
# By strength; among equals group 14 first: it has OpenSSL's arithmetic below and needs one round
# trip less than a group exchange.
_KEX: Final = (
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
    "diffie-hellman-group1-sha1",
)


# paramiko compares the MAC of every packet byte by byte in Python: a twentieth of what a deployment
# computes. The standard library takes the same time whatever differs, too.
paramiko.util.constant_time_bytes_eq = hmac.compare_digest  # type: ignore[assignment]


class ReadAhead:
    """A socket that takes all that has arrived: paramiko asks it three times for each packet."""

    def __init__(self, sock: Any) -> None:  # noqa: ANN401  # a socket, or what stands for one
        self._sock = sock
        self._ahead = b""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._sock, name)

    def recv(self, size: int) -> bytes:
        """Return at most so many bytes, b"" at the end."""
        data = self._ahead or self._sock.recv(_CHUNK_BYTES)
        self._ahead = data[size:]
        taken: bytes = data[:size]
        return taken


class _Packets(paramiko.packet.Packetizer):
    """paramiko's packets from such a socket."""

    def __init__(self, sock: Any) -> None:  # noqa: ANN401  # as above
        super().__init__(cast("socket.socket", ReadAhead(sock)))


class _OpenSslBase(int):
    """A number whose powers modulo the prime of group 14 are computed by OpenSSL, not Python."""

    def __pow__(self, exponent: int, modulus: int | None = None) -> Any:  # noqa: ANN401  # as int
        group = _Group(KexGroup14.P, KexGroup14.G)
        if modulus != group.p:
            return super().__pow__(exponent, modulus)
        # The public half of this private key is never looked at: the generator will do.
        key = _Private(exponent, _Public(group.g, group)).private_key()
        try:
            power = key.exchange(_Public(int(self), group).public_key())
        except ValueError as exc:
            msg = "the router's half of the key exchange is not a valid one"
            raise paramiko.SSHException(msg) from exc
        return int.from_bytes(power, "big")


class _FastGroup14(KexGroup14):
    """Group 14 with OpenSSL's arithmetic: paramiko computes ``pow(G, x, P)``, ``pow(f, x, P)``."""

    G = _OpenSslBase(KexGroup14.G)
    _f = 0

    @property
    def f(self) -> int:
        """The router's half."""
        return self._f

    @f.setter
    def f(self, value: int) -> None:
        self._f = _OpenSslBase(value)


class _FastGroup14SHA256(_FastGroup14):
    name = KexGroup14SHA256.name
    hash_algo = KexGroup14SHA256.hash_algo  # type: ignore[assignment]  # a stub's slip


class Transport(paramiko.Transport):
    """paramiko's transport without Nagle's delay and with the order of algorithms above."""

    _kex_info: ClassVar[dict[str, type]] = {
        **paramiko.Transport._kex_info,  # type: ignore[attr-defined]  # noqa: SLF001  # its engines
        _FastGroup14.name: _FastGroup14,
        _FastGroup14SHA256.name: _FastGroup14SHA256,
    }

    def __init__(self, sock: Any, known_type: str | None, **kwargs: Any) -> None:  # noqa: ANN401
        if isinstance(sock, socket.socket) and sock.family != socket.AF_UNIX:  # the way by a jump
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(sock, packetizer_class=_Packets, **kwargs)
        options = self.get_security_options()
        options.kex = tuple(name for name in _KEX if name in options.kex)
        # Ask for the key we know first, or a router with two keys would look like another one.
        options.key_types = sorted(
            options.key_types, key=lambda name: _key_type(name) != known_type
        )

    @property
    def preferred_pubkeys(self) -> tuple[str, ...]:
        """Return with what a key may sign; ssh-rsa first for a server that names nothing.

        Classic IOS sends no server-sig-algs and verifies nothing else (ios-facts §13).
        """
        known = tuple(super().preferred_pubkeys)
        if "server-sig-algs" in self.server_extensions:
            return known
        return tuple(sorted(known, key=lambda name: name != "ssh-rsa"))

    def auth_password(
        self,
        username: str,
        password: str,
        event: threading.Event | None = None,
        fallback: bool = True,  # noqa: FBT001, FBT002  # paramiko's signature
    ) -> list[str]:
        """Log in with the password, given where the router asks for it in a dialogue, too.

        Raises:
            LoginRefusedError: the dialogue has a second question; it was not answered.
        """
        try:
            return super().auth_password(username, password, event, fallback=False)
        except paramiko.BadAuthenticationType as refused:
            if not fallback or "keyboard-interactive" not in refused.allowed_types:
                raise
            # Not auth_interactive, which would ask for the service a second time.
            self.auth_handler = AuthOnlyHandler(self)
            found: list[str] = self.auth_handler.auth_interactive(
                username, PasswordDialogue(password)
            )
            return found


class Client(paramiko.SSHClient):
    """paramiko's client with our host keys; system and user files are not consulted."""

    def __init__(self, host_keys: HostKeys) -> None:
        super().__init__()
        self._known = host_keys
        self.set_missing_host_key_policy(host_keys)

    def connect(self, hostname: str, port: int = 22, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401  # netmiko's keywords go through as they are
        """Connect as SSHClient does; host keys are checked before anything is sent."""
        known_type = self._known.key_type(host_key_name(hostname, port))

        def transport(sock: Any, **options: Any) -> Transport:  # noqa: ANN401
            return Transport(sock, known_type, **options)

        super().connect(hostname, port, transport_factory=transport, **kwargs)

    def invoke_shell(self, *args: Any, **kwargs: Any) -> paramiko.Channel:  # noqa: ANN401  # paramiko's signature
        """Ask for a terminal and for a shell in it at once, as OpenSSH does: one round trip less.

        Raises:
            paramiko.SSHException: one of them was refused, which closes the channel.
        """
        channel = cast("Transport", self.get_transport()).open_session()
        answers = vars(channel)
        answers["_wait_for_event"] = lambda: None
        channel.get_pty(*args, **kwargs)
        del answers["_wait_for_event"]
        channel.invoke_shell()
        return channel


def _key_type(algorithm: str) -> str:
    """Return the type of key behind a signature algorithm."""
    return "ssh-rsa" if algorithm.startswith("rsa-sha2-") else algorithm
