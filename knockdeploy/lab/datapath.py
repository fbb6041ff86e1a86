"""The wires of a virtual router: packets that reach its sockets, judged by it one by one.

The address a packet was sent to is the interface it comes in by. The kernel has shaken hands
before we see a connection, so one the router denies is reset before a byte; a session under way
whose packets are denied just hangs, and goes on if they are admitted again, as TCP does.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from knockdeploy.ios.acl import Packet

_CHUNK_BYTES = 65536
_DATAGRAM_BYTES = 2048
_FIRST_RETRANSMISSION_S = 0.1
_LAST_RETRANSMISSION_S = 1.0
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: close sends a reset

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Peer:
    """The two ends of a connection, the local port as the router knows it."""

    source: str
    source_port: int
    local: str
    port: int

    def packet(self, *, ack: bool) -> Packet:
        """Return a packet from this peer to the router."""
        return Packet("tcp", self.source, self.source_port, self.local, self.port, ack)


Service = Callable[[socket.socket, "Carrier"], Awaitable[None]]


class Carrier:
    """Carries one admitted connection between its socket and the service behind it."""

    def __init__(self, sock: socket.socket, peer: Peer, admits: Callable[[Packet], bool]) -> None:
        self.peer = peer
        self._sock = sock
        self._admits = admits
        self._task: asyncio.Task[None] | None = None

    def reset(self) -> None:
        """Tear the connection down without a word."""
        reset(self._sock)
        if self._task is not None:
            self._task.cancel()

    async def run(self, service: Service) -> None:
        """Carry until the connection ends."""
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        near, far = socket.socketpair()
        near.settimeout(0)
        far.settimeout(0)
        helpers = [
            loop.create_task(self._inbound(near)),
            loop.create_task(self._serve(service, far)),
        ]
        try:
            with suppress(OSError):
                await _pass(near, self._sock)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            for each in (near, far, self._sock):
                each.close()

    async def _serve(self, service: Service, far: socket.socket) -> None:
        try:
            await service(far, self)
        finally:
            far.close()

    async def _inbound(self, near: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        packet = self.peer.packet(ack=True)
        with suppress(OSError):
            while True:
                try:
                    chunk = await loop.sock_recv(self._sock, _CHUNK_BYTES)
                except ConnectionError:
                    chunk = b""
                await self._until_admitted(packet)
                if not chunk:
                    near.shutdown(socket.SHUT_WR)
                    return
                await loop.sock_sendall(near, chunk)

    async def _until_admitted(self, packet: Packet) -> None:
        """Hold a packet back while it is denied: its sender would send it again and again."""
        delay_s = _FIRST_RETRANSMISSION_S
        while not self._admits(packet):
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, _LAST_RETRANSMISSION_S)


async def _pass(source: socket.socket, destination: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while chunk := await loop.sock_recv(source, _CHUNK_BYTES):
        await loop.sock_sendall(destination, chunk)


def reset(sock: socket.socket) -> None:
    """Close a connection the way a router refuses one."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    sock.close()


class UdpPorts:
    """The UDP sockets of a router: one for each address and port that its configuration names."""

    def __init__(self, addresses: tuple[str, ...], arrived: Callable[[Packet], object]) -> None:
        self._addresses = addresses
        self._arrived = arrived
        self._open: dict[tuple[str, int], socket.socket] = {}

    @property
    def ports(self) -> frozenset[int]:
        """The ports that are open now."""
        return frozenset(port for _, port in self._open)

    def follow(self, ports: Iterable[int], sockets: dict[int, int]) -> None:
        """Open and close sockets until exactly ``ports`` are open.

        ``sockets`` has the port of the socket where that is not the router's port.
        """
        wanted = {(address, port) for address in self._addresses for port in ports}
        for key in self._open.keys() - wanted:
            self._close(key)
        for address, port in sorted(wanted - self._open.keys()):
            self._bind(address, port, sockets.get(port, port))

    def close(self) -> None:
        """Close all."""
        for key in list(self._open):
            self._close(key)

    def _bind(self, address: str, port: int, socket_port: int) -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.settimeout(0)
        try:
            sock.bind((address, socket_port))
        except OSError as error:
            sock.close()
            logger.warning("no socket for UDP %s:%s: %s", address, socket_port, error)
            return
        self._open[address, port] = sock
        asyncio.get_running_loop().add_reader(sock, self._read, sock, address, port)

    def _close(self, key: tuple[str, int]) -> None:
        sock = self._open.pop(key)
        asyncio.get_running_loop().remove_reader(sock)
        sock.close()

    def _read(self, sock: socket.socket, address: str, port: int) -> None:
        while True:
            try:
                _, (source, source_port) = sock.recvfrom(_DATAGRAM_BYTES)
            except OSError:
                return  # nothing left to read
            self._arrived(Packet("udp", source, source_port, address, port))
