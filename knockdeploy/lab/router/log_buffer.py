"""The router's log: how a message becomes a line, who gets it, and what ``show logging`` keeps."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Final

from knockdeploy.ios.log_levels import LEVELS
from knockdeploy.ios.tree import Node
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import Clock
from knockdeploy.lab.router.stamps import log_date, log_uptime

_BUFFERED: Final = re.compile(r"(no )?logging buffered(?: (\d+))?(?: ([a-z]+))?$")
_SEVERITY: Final = re.compile(r"%[A-Z0-9_]+-(?:[A-Z0-9_]+-)?(\d)-")
# About what the usual `logging buffered 51200` holds.
_KEPT_LINES: Final = 512
_MS_PER_S: Final = 1000
_SEQUENCE: Final = "service sequence-numbers"
_STAMP: Final = "service timestamps log"
_ZONE: Final = "clock timezone "

Subscriber = Callable[[str], None]


class LogBuffer:
    """Numbers, stamps and keeps messages as the running configuration of the moment says.

    ``usual_bytes`` is the size of the buffer where nothing is configured; None keeps the last lines
    whatever is configured.
    """

    def __init__(self, clock: Clock, behaviour: Behaviour, usual_bytes: int | None) -> None:
        self._clock = clock
        self._behaviour = behaviour
        self._usual_bytes = usual_bytes
        self._started_s = clock.now()
        self._count = behaviour.first_sequence - 1
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES if usual_bytes is None else None)
        self._n_bytes = 0
        self._subscribers: list[Subscriber] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines kept, oldest first."""
        return tuple(self._lines)

    def room(self, config: Node) -> tuple[int, int] | None:
        """Return how many bytes the buffer has and up to which level it keeps, None for any."""
        return None if self._usual_bytes is None else _buffered(config, self._usual_bytes)

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
        if self._usual_bytes is None:
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
        n_bytes, level = _buffered(config, self._usual_bytes or 0)
        severity = _SEVERITY.search(line)
        if severity and int(severity[1]) > level:
            return
        self._lines.append(line)
        self._n_bytes += len(line) + 1
        while self._lines and self._n_bytes > n_bytes:
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


def _buffered(config: Node, usual_bytes: int) -> tuple[int, int]:
    """Return how many bytes are kept, and up to which level; nothing where it is switched off."""
    match = next(config.matches(_BUFFERED), None)
    if match is None:
        return usual_bytes, len(LEVELS) - 1
    if match[1]:
        return 0, -1
    level = LEVELS.index(match[3]) if match[3] in LEVELS else len(LEVELS) - 1
    return int(match[2] or usual_bytes), level


def _seconds(offset: list[str]) -> int:
    """Return what `clock timezone NAME HOURS MINUTES` adds to UTC."""
    hours, minutes = (*map(int, offset), 0, 0)[:2]
    return hours * 3600 + (-minutes if hours < 0 else minutes) * 60
