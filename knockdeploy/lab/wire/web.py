"""What answers on a router's ports 80 and 443: an HTTP status, in the clear or behind TLS."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_MAX_REQUEST_BYTES = 65536
_ANSWER = (
    b"HTTP/1.1 401 Unauthorized\r\n"
    b"Server: cisco-IOS\r\n"
    b'WWW-Authenticate: Basic realm="level_15_access"\r\n'
    b"Connection: close\r\nContent-Length: 0\r\n\r\n"
)


class _Http(asyncio.Protocol):
    """Answers the first request with 401 and closes."""

    def __init__(self, closed: asyncio.Future[None]) -> None:
        self._closed = closed
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # for the type checker
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._request += data
        if b"\r\n\r\n" in self._request or len(self._request) > _MAX_REQUEST_BYTES:
            self._transport.write(_ANSWER)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)


async def answer(sock: socket.socket, context: ssl.SSLContext | None) -> None:
    """Answer one request on a socket, after a TLS handshake where there is a context."""
    loop = asyncio.get_running_loop()
    closed: asyncio.Future[None] = loop.create_future()
    try:
        transport, _ = await loop.connect_accepted_socket(lambda: _Http(closed), sock, ssl=context)
    except OSError:
        return  # no handshake: it wanted to see whether the door is open, no more
    try:
        await closed
    finally:
        transport.abort() if isinstance(transport, asyncio.Transport) else None


def self_signed() -> ssl.SSLContext:
    """Return a TLS server context with a certificate made for this run, as IOS makes its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "IOS-Self-Signed-Certificate")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:  # ssl reads from files alone
        Path(file.name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
        context.load_cert_chain(file.name)
    return context
