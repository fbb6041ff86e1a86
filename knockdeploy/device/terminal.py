"""The character stream of one session: write a line or a block, wait for what answers it.

Reads block on the channel: no polling, no sleeping. Each wait for an answer is one round trip
and is counted, because round trips are what a slow line costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from paramiko import SSHException

from knockdeploy.errors import DeviceTimeoutError, UnreachableError
from knockdeploy.octets import bytes_of, text_of

T = TypeVar("T")
_CHUNK_BYTES: Final = 65536


class Channel(Protocol):
    """What is needed of a paramiko channel."""

    def sendall(self, s: bytes, /) -> None:
        """Send all bytes."""

    def recv(self, nbytes: int, /) -> bytes:
        """Return what arrived, b"" at the end."""

    def settimeout(self, timeout: float | None, /) -> None:
        """Let ``recv`` raise TimeoutError after so many seconds."""


class Terminal:
    """One session's stream; ``peer`` names the router in errors.

    ``trips`` counts the sequential round trips since the login; ``is_lost`` tells that the router
    fell silent, or is gone.
    """

    def __init__(self, channel: Channel, peer: str) -> None:
        self._channel = channel
        self._peer = peer
        self._unread = ""
        self.trips = 0
        self.is_lost = False

    def write(self, text: str) -> None:
        """Send text as it is.

        Raises:
            UnreachableError: the session is gone.
        """
        try:
            self._channel.sendall(bytes_of(text))
        except (OSError, EOFError, SSHException) as exc:
            raise self._gone() from exc

    def wait(self, complete: Callable[[str], tuple[T, int] | None], within_s: float) -> T:
        """Read until ``complete`` of everything unread returns a value and where it ends.

        ``within_s`` is the longest silence, not the whole time: a long answer may take longer.

        Raises:
            DeviceTimeoutError: the router fell silent; what it did is not known.
            UnreachableError: the session is gone.
        """
        self.trips += 1
        while (found := complete(self._unread)) is None:
            self._unread += self._receive(within_s)
        value, end = found
        self._unread = self._unread[end:]
        return value

    def _receive(self, within_s: float) -> str:
        self._channel.settimeout(within_s)
        try:
            data = self._channel.recv(_CHUNK_BYTES)
        except TimeoutError as exc:
            self.is_lost = True
            msg = f"{self._peer} has not answered for {within_s:g} s"
            raise DeviceTimeoutError(msg, "look at the router; it may be busy") from exc
        except (OSError, EOFError, SSHException) as exc:
            raise self._gone() from exc
        if not data:
            raise self._gone()
        return text_of(data).replace("\r", "").replace("\0", "")

    def _gone(self) -> UnreachableError:
        self.is_lost = True
        return UnreachableError(f"{self._peer} ended the session or the line is down")
