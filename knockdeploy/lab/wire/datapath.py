"""The wires of a virtual router: packets that reach its sockets, judged by it one by one.

The address a packet was sent to is the interface it comes in by. The kernel has shaken hands
before we see a connection, so one the router denies is reset before a byte; a session under way
whose packets are denied just hangs, and goes on if they are admitted again, as TCP does.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import cast

from knockdeploy.ios.match import Packet

_FIRST_RETRANSMISSION_S = 0.1
_LAST_RETRANSMISSION_S = 1.0
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: close sends a reset


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


Speaker = Callable[[socket.socket, "Carrier"], Coroutine[object, object, None]]


class Carrier:
    """Carries one admitted connection between its socket and the service behind it.

    Whatever arrives from outside, the end included, is a packet of an established session: while
    it is denied it is held back and tried again, as its sender would send it again and again.
    """

    def __init__(self, sock: socket.socket, peer: Peer, admits: Callable[[Packet], bool]) -> None:
        self.peer = peer
        self._sock = sock
        self._admits = partial(admits, peer.packet(ack=True))
        self._task: asyncio.Task[None] | None = None
        self._held: deque[bytes] = deque()
        self._retry: asyncio.TimerHandle | None = None
        self._outer = _End(self._arrived)
        self._inner = _End(self._answered)

    def reset(self) -> None:
        """Tear the connection down without a word."""
        linger(self._sock)
        if self._task is None:
            self._sock.close()
        else:
            self._task.cancel()

    async def run(self, speaker: Speaker) -> None:
        """Carry until the connection ends; all that it used is closed then."""
        if self._sock.fileno() < 0:
            return  # it was reset before we began
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        near, far = socket.socketpair()
        far.settimeout(0)
        served: list[asyncio.Task[None]] = []
        try:
            # The inner end first: the outer one begins to read at once. The speaker last: it may
            # speak first, and what it says goes out by the outer one.
            await loop.connect_accepted_socket(lambda: self._inner, near)
            await loop.connect_accepted_socket(lambda: self._outer, self._sock)
            served.append(loop.create_task(speaker(far, self)))
            await self._inner.ended.wait()
            self._outer.close()
            await self._outer.lost.wait()
        finally:
            if self._retry:
                self._retry.cancel()
            self._outer.abort()
            self._inner.abort()
            try:
                for task in served:
                    task.cancel()
                await asyncio.gather(*served, return_exceptions=True)
            finally:  # even if the lab ends while we wait
                for each in (near, far, self._sock):
                    each.close()

    def _arrived(self, chunk: bytes) -> None:
        self._held.append(chunk)
        if len(self._held) == 1:
            self._hand_on(_FIRST_RETRANSMISSION_S)

    def _hand_on(self, retry_s: float) -> None:
        while self._held:
            if not self._admits():
                self._outer.pause()
                later_s = min(2 * retry_s, _LAST_RETRANSMISSION_S)
                loop = asyncio.get_running_loop()
                self._retry = loop.call_later(retry_s, self._hand_on, later_s)
                return
            self._inner.write(self._held.popleft())
        self._outer.resume()

    def _answered(self, chunk: bytes) -> None:
        if chunk:
            self._outer.write(chunk)


class _End(asyncio.Protocol):
    """One end of a connection. The empty chunk stands for its end, in both directions."""

    def __init__(self, received: Callable[[bytes], None]) -> None:
        self.ended = asyncio.Event()
        self.lost = asyncio.Event()
        self._received = received
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received(data)

    def eof_received(self) -> bool:
        self._end()
        return True  # the other direction stays open

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()
        self._end()

    def write(self, chunk: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(chunk) if chunk else self._transport.write_eof()

    def pause(self) -> None:
        if self._transport:
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport:
            self._transport.resume_reading()

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()

    def _end(self) -> None:
        if not self.ended.is_set():
            self.ended.set()
            self._received(b"")


def linger(sock: socket.socket) -> None:
    """Let the closing of a connection be a reset."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def reset(sock: socket.socket) -> None:
    """Close a connection the way a router refuses one."""
    linger(sock)
    sock.close()
