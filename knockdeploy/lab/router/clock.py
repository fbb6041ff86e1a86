"""Time as something handed in, so that minutes pass in tests."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Protocol

# 2002-03-01 00:26:40 UTC: the day IOS shows while nobody has told it the time (ios-facts §2).
POWER_ON_S = 1014942400.0


class Handle(Protocol):
    """A call that is due later and can be called off."""

    def cancel(self) -> None:
        """Call it off; without effect once it has run."""


class Clock(Protocol):
    """What the virtual router asks of time."""

    def now(self) -> float:
        """Return seconds since the epoch."""

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Handle:
        """Run ``call`` once, ``delay_s`` from now; never before this method has returned."""


def elapsed_s(clock: Clock, since_s: float) -> float:
    """Return the time since then, to the millisecond: sums of floats are not exact."""
    return round(clock.now() - since_s, 3)


class _Due:
    """A call of a ManualClock."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Call it off."""
        self.call = None


class ManualClock:
    """A clock that stands still until ``advance`` moves it."""

    def __init__(self, start_s: float = POWER_ON_S) -> None:
        self._now_s = start_s
        self._due: list[tuple[float, int, _Due]] = []
        self._count = itertools.count()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self._now_s

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Handle:
        """Run ``call`` when ``advance`` reaches its time."""
        due = _Due(call)
        heapq.heappush(self._due, (self._now_s + max(0.0, delay_s), next(self._count), due))
        return due

    def advance(self, delay_s: float = 0.0) -> None:
        """Let ``delay_s`` pass; calls that fall due run in order, those they add included."""
        end_s = self._now_s + delay_s
        while self._due and self._due[0][0] <= end_s:
            self._now_s, _, due = heapq.heappop(self._due)
            if due.call is not None:
                due.call()
        self._now_s = end_s


class LoopClock:
    """The real time, on the event loop that runs the virtual routers."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Handle:
        """Run ``call`` on the loop; to be used on the loop's own thread."""
        return self._loop.call_later(delay_s, call)
