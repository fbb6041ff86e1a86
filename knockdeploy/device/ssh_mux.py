"""OpenSSH's connection sharing (PROTOCOL.mux): one ssh that is logged in carries connections.

It is asked over its control socket, and gets our end of each connection as a file descriptor.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

from knockdeploy.errors import DeviceTimeoutError, RouterError, UnreachableError

_VERSION: Final = 4
_HELLO: Final = 0x00000001
_TERMINATE: Final = 0x10000005
_NEW_STDIO_FORWARD: Final = 0x10000008
_SESSION_OPENED: Final = 0x80000006
_OUR_REQUEST: Final = 1  # one for each control connection
_LONGEST: Final = 65536


class Carried(socket.socket):
    """A connection that an ssh carries; it lasts as long as the one over which it was asked for.

    ``by`` names who carries it, ``lost`` returns why that one is gone, if it is.
    """

    def __init__(self, ours: socket.socket, control: socket.socket) -> None:
        super().__init__(ours.family, ours.type, fileno=ours.detach())
        self._control = control
        self.by = ""
        self.lost: Callable[[], RouterError | None] = lambda: None

    def blamed(self, error: RouterError) -> RouterError:
        """Close; return ``error``, or why who carries it is gone if that is behind it."""
        self.close()
        if not isinstance(error, UnreachableError | DeviceTimeoutError):
            return error
        if lost := self.lost():
            return lost
        if isinstance(error, DeviceTimeoutError):  # ssh notices within a minute that it is gone
            error.hint = f"look at {self.by}, too: {error.hint}"
        return error

    def close(self) -> None:
        """Close the connection."""
        super().close()
        self._control.close()


def carry(control: Path, hostname: str, port: int, within_s: float) -> Carried | None:
    """Return a connection to ``hostname`` as seen from there; None where that was refused.

    Raises:
        TimeoutError: there was no answer.
        OSError: the ssh is gone.
    """
    asking = _greeted(control, within_s)
    ours, theirs = socket.socketpair()
    carried = None
    try:
        with theirs:
            _send(asking, _NEW_STDIO_FORWARD, _OUR_REQUEST, "", hostname, port)
            for _ in ("stdin", "stdout"):
                socket.send_fds(asking, [b"\0"], [theirs.fileno()])
            if _received(asking) == _SESSION_OPENED:
                carried = Carried(ours, asking)
    finally:
        if carried is None:
            ours.close()
            asking.close()
    return carried


def is_there(control: Path, within_s: float) -> bool:
    """Tell whether the ssh is there, and answers."""
    try:
        _greeted(control, within_s).close()
    except OSError:
        return False
    return True


def terminate(control: Path, within_s: float) -> None:
    """End the ssh, and all that it carries.

    Raises:
        OSError: it is gone.
    """
    with _greeted(control, within_s) as asking:
        _send(asking, _TERMINATE, _OUR_REQUEST)
        asking.recv(_LONGEST)


def _greeted(control: Path, within_s: float) -> socket.socket:
    asking = socket.socket(socket.AF_UNIX)
    try:
        asking.settimeout(within_s)
        asking.connect(str(control))
        _send(asking, _HELLO, _VERSION)
        _received(asking)
    except BaseException:
        asking.close()
        raise
    return asking


def _send(asking: socket.socket, *words: int | str) -> None:
    packet = b"".join(map(_packed, words))
    asking.sendall(struct.pack(">I", len(packet)) + packet)


def _packed(word: int | str) -> bytes:
    if isinstance(word, int):
        return struct.pack(">I", word)
    text = word.encode()
    return struct.pack(">I", len(text)) + text


def _received(asking: socket.socket) -> int:
    """Return the type of the next packet."""
    (length,) = struct.unpack(">I", _exactly(asking, 4))
    (kind,) = struct.unpack_from(">I", _exactly(asking, min(length, _LONGEST)))
    return int(kind)


def _exactly(asking: socket.socket, n_bytes: int) -> bytes:
    data = bytearray()
    while len(data) < n_bytes:
        piece = asking.recv(n_bytes - len(data))
        if not piece:
            raise ConnectionResetError
        data += piece
    return bytes(data)
