"""The character stream of one session: write a line or a block, wait for what answers it.

Reads block on the channel: no polling, no sleeping. Each wait for an answer is one round trip
and is counted, because round trips are what a slow line costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from paramiko import SSHException

from knockdeploy.device.async_messages import Incoming
from knockdeploy.errors import DeviceTimeoutError, RouterError, UnreachableError
from knockdeploy.octets import bytes_of, text_of

T = TypeVar("T")
_CHUNK_BYTES: Final = 65536
_ENDED_HINT: Final = (
    "the session was open: look for `exec-timeout`, `clear line`, a reload or a line that flaps"
)


class Channel(Protocol):
    """What is needed of a paramiko channel."""

    def sendall(self, s: bytes, /) -> None:
        """Send all bytes."""

    def recv(self, nbytes: int, /) -> bytes:
        """Return what arrived, b"" at the end."""

    def settimeout(self, timeout: float | None, /) -> None:
        """Let ``recv`` raise TimeoutError after so many seconds."""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """What an answer may come to: no router holds us for longer, whatever it prints."""

    longest_s: float = 600.0  # a long configuration over a slow line
    chars: int = 4_000_000  # NVRAM has 2 MB at most, most have 256 kB
    line_chars: int = 16_384  # what can be typed has 254 characters; some shows print more


_LIMITS: Final = AnswerLimits()


class Terminal:
    """One session's stream; ``peer`` names the router in errors, which ``blamed`` may know better.

    ``trips`` counts the sequential round trips since the login; ``is_lost`` tells that the router
    fell silent, or is gone, or does not come to an end.
    """

    def __init__(
        self,
        channel: Channel,
        peer: str,
        limits: AnswerLimits = _LIMITS,
        blamed: Callable[[RouterError], RouterError] = lambda error: error,
    ) -> None:
        self._channel = channel
        self._peer = peer
        self._limits = limits
        self._blamed = blamed
        self._seen = Incoming()
        self.trips = 0
        self.is_lost = False

    @property
    def end(self) -> str:
        """The unfinished line that the router has stopped at."""
        return self._seen.end

    def write(self, text: str) -> None:
        """Send text as it is.

        Raises:
            UnreachableError: the session is gone.
        """
        try:
            self._channel.sendall(bytes_of(text))
        except (OSError, EOFError, SSHException) as exc:
            raise self._gone() from exc

    def wait(self, complete: Callable[[Incoming], T | None], within_s: float) -> T:
        """Return what ``complete`` makes of what has arrived; that stays, for what comes after it.

        ``within_s`` is the longest silence, not the whole time: a long answer may take longer.

        Raises:
            DeviceTimeoutError: the router fell silent, or printed without an end; what it did is
                not known.
            UnreachableError: the session is gone.
        """
        self.trips += 1
        ends_s = time.monotonic() + max(self._limits.longest_s, within_s)
        while (found := complete(self._seen)) is None:
            silence_s = min(within_s, max(0.0, ends_s - time.monotonic()))
            if not self._takes(silence_s):
                self.is_lost = True
                msg = f"{self._peer} has not answered for {silence_s:g} s"
                hint = "look at the router; it may be busy: device.read_timeout_s gives it longer"
                raise self._blamed(DeviceTimeoutError(msg, hint))
            self._refuse_endless(ends_s)
        return found

    def read(self, complete: Callable[[Incoming], T | None], within_s: float) -> T:
        """Wait as ``wait`` does, and forget what has arrived: all of it was used."""
        found = self.wait(complete, within_s)
        self.forget()
        return found

    def forget(self) -> Incoming:
        """Begin anew; return what has arrived so far, and was used."""
        used, self._seen = self._seen, Incoming()
        return used

    def is_quiet(self, seconds: float) -> bool:
        """Tell whether nothing arrives for so long; what does is read.

        Raises:
            UnreachableError: the session is gone.
        """
        return not self._takes(seconds)

    def _takes(self, within_s: float) -> bool:
        """Take what arrives within so many seconds; tell whether anything did."""
        self._channel.settimeout(within_s)
        try:
            data = self._channel.recv(_CHUNK_BYTES)
        except TimeoutError:
            return False
        except (OSError, EOFError, SSHException) as exc:
            raise self._gone() from exc
        if not data:
            raise self._gone()
        self._seen.feed(text_of(data).replace("\r", "").replace("\0", ""))
        return True

    def _refuse_endless(self, ends_s: float) -> None:
        seen, limits = self._seen, self._limits
        if seen.longest > limits.line_chars:
            what = f"prints a line of more than {limits.line_chars} characters"
        elif seen.n_chars > limits.chars:
            what = f"prints more than {limits.chars} characters and does not end"
        elif time.monotonic() > ends_s:
            what = f"has been printing for {limits.longest_s:g} s and does not end"
        else:
            return
        self.is_lost = True
        raise DeviceTimeoutError(f"{self._peer} {what}", "look at the router: no IOS does that")

    def _gone(self) -> RouterError:
        self.is_lost = True
        msg = f"{self._peer} ended the session or the line is down"
        return self._blamed(UnreachableError(msg, _ENDED_HINT))
