"""The router's log: how a message becomes a line, who gets it, and what ``show logging`` keeps."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Final

from knockdeploy.ios.log_buffer import Buffered, buffered
from knockdeploy.ios.tree import Node
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import Clock
from knockdeploy.lab.router.stamps import log_date, log_uptime

_SEVERITY: Final = re.compile(r"%[A-Z0-9_]+-(?:[A-Z0-9_]+-)?(\d)-")
# About what the usual `logging buffered 51200` holds.
_KEPT_LINES: Final = 512
_SHOWN_BYTES: Final = 16384
_MS_PER_S: Final = 1000
_SEQUENCE: Final = "service sequence-numbers"
_STAMP: Final = "service timestamps log"
_ZONE: Final = "clock timezone "

Subscriber = Callable[[str], None]


class LogBuffer:
    """Numbers, stamps and keeps messages as the running configuration of the moment says.

    Unless it ``is_limited`` to the room that is configured, it keeps the last lines.
    """

    def __init__(self, clock: Clock, behaviour: Behaviour, *, is_limited: bool) -> None:
        self._clock = clock
        self._behaviour = behaviour
        self._is_limited = is_limited
        self._started_s = clock.now()
        self._count = behaviour.first_sequence - 1
        self._lines: deque[str] = deque(maxlen=None if is_limited else _KEPT_LINES)
        self._n_bytes = 0
        self._subscribers: list[Subscriber] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines kept, oldest first."""
        return tuple(self._lines)

    def room(self, config: Node) -> Buffered:
        """Return how much it keeps, and up to which level."""
        return buffered(config) if self._is_limited else Buffered(n_bytes=_SHOWN_BYTES)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hand every further line to ``subscriber``; returns the call that ends it."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def clear(self) -> None:
        """Forget all lines; numbers go on."""
        self._lines.clear()
        self._n_bytes = 0

    def restart(self) -> None:
        """Forget all lines and count from the beginning, as after a reload."""
        self._started_s = self._clock.now()
        self._count = self._behaviour.first_sequence - 1
        self.clear()

    def log(self, config: Node, message: str, *, without: Subscriber | None = None) -> None:
        """Log ``message``, which begins with ``%FACILITY-SEVERITY-MNEMONIC: ``.

        ``without`` is the subscriber that does not get it.
        """
        # The counter runs whether or not it is printed; it is one for all messages (ios-facts §2).
        self._count += 1
        number = f"{self._count:06d}: " if config.child(_SEQUENCE) else ""
        line = f"{number}{self._stamp(config)}{message}"
        if not self._is_limited:
            self._lines.append(line)
        elif self._behaviour.buffer_lag_ms:
            later_s = self._behaviour.buffer_lag_ms / _MS_PER_S
            self._clock.call_later(later_s, lambda: self._keep(config, line))
        else:
            self._keep(config, line)
        for subscriber in tuple(self._subscribers):
            if subscriber != without:
                subscriber(line)

    def _keep(self, config: Node, line: str) -> None:
        """Keep a line of a level that is kept, and let the oldest go where there is no room."""
        room = self.room(config)
        severity = _SEVERITY.search(line)
        if severity and int(severity[1]) > room.highest:
            return
        self._lines.append(line)
        self._n_bytes += len(line) + 1
        while self._lines and self._n_bytes > room.n_bytes:
            self._n_bytes -= len(self._lines.popleft()) + 1

    def _stamp(self, config: Node) -> str:
        stamp = next(config.behind(_STAMP), None)
        if stamp is None:
            return ""
        words = stamp.split()
        if "datetime" not in words:  # bare, or `uptime`
            return f"{log_uptime(self._clock.now() - self._started_s)}: "
        zone, *offset = next(config.behind(_ZONE), "UTC").split()
        now_s = self._clock.now() + (_seconds(offset) if "localtime" in words else 0)
        return f"{self._behaviour.clock_mark}{log_date(now_s, words, zone)}: "


def _seconds(offset: list[str]) -> int:
    """Return what `clock timezone NAME HOURS MINUTES` adds to UTC."""
    hours, minutes = (*map(int, offset), 0, 0)[:2]
    return hours * 3600 + (-minutes if hours < 0 else minutes) * 60
