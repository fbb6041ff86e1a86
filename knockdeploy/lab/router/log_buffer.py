"""The router's log: how a message becomes a line, who gets it, and what ``show logging`` keeps."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from knockdeploy.ios.tree import Node
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import Clock

# About what the usual `logging buffered 51200` holds.
_KEPT_LINES: Final = 512
_SEQUENCE: Final = "service sequence-numbers"
_STAMP: Final = "service timestamps log"
_ZONE: Final = "clock timezone "

Subscriber = Callable[[str], None]


class LogBuffer:
    """Numbers, stamps and keeps messages as the running configuration of the moment says."""

    def __init__(self, clock: Clock, behaviour: Behaviour) -> None:
        self._clock = clock
        self._behaviour = behaviour
        self._started_s = clock.now()
        self._count = behaviour.first_sequence - 1
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._subscribers: list[Subscriber] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines kept, oldest first."""
        return tuple(self._lines)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hand every further line to ``subscriber``; returns the call that ends it."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def clear(self) -> None:
        """Forget all lines; numbers go on."""
        self._lines.clear()

    def restart(self) -> None:
        """Forget all lines and count from the beginning, as after a reload."""
        self._started_s = self._clock.now()
        self._count = self._behaviour.first_sequence - 1
        self._lines.clear()

    def log(self, config: Node, message: str) -> None:
        """Log ``message``, which begins with ``%FACILITY-SEVERITY-MNEMONIC: ``."""
        # The counter runs whether or not it is printed; it is one for all messages (ios-facts §2).
        self._count += 1
        number = f"{self._count:06d}: " if config.child(_SEQUENCE) else ""
        line = f"{number}{self._stamp(config)}{message}"
        self._lines.append(line)
        for subscriber in tuple(self._subscribers):
            subscriber(line)

    def _stamp(self, config: Node) -> str:
        words = next(
            (node.text.split() for node in config.children if node.text.startswith(_STAMP)), None
        )
        if words is None:
            return ""
        if "datetime" not in words:  # bare, or `uptime`
            return f"{uptime(self._clock.now() - self._started_s)}: "
        zone = next((n.text.split()[2] for n in config.children if n.text.startswith(_ZONE)), "UTC")
        return f"{self._behaviour.clock_mark}{date(self._clock.now(), words, zone)}: "


def date(now_s: float, words: list[str], zone: str = "UTC") -> str:
    """Return the date as ``service timestamps log datetime ...`` asks for it, always UTC's."""
    moment = datetime.fromtimestamp(now_s, UTC)
    year = f"{moment:%Y} " if "year" in words else ""
    milliseconds = f".{moment.microsecond // 1000:03d}" if "msec" in words else ""
    shown = f" {zone}" if "show-timezone" in words else ""
    return f"{moment:%b} {moment.day:2d} {year}{moment:%H:%M:%S}{milliseconds}{shown}"


def uptime(seconds: float) -> str:
    """Return the time since the start as IOS stamps it: 00:00:46, 3d04h, 1w2d, 1y23w."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    weeks, day = divmod(days, 7)
    years, week = divmod(weeks, 52)
    if years:
        return f"{years}y{week}w"
    if weeks:
        return f"{weeks}w{day}d"
    return f"{days}d{hour:02d}h" if days else f"{hour:02d}:{minute:02d}:{second:02d}"
