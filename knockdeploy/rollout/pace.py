"""At most so many logins begin in a second: an AAA server is asked about each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Lets waiting threads go one by one, so many seconds apart; 0 never waits."""

    def __init__(
        self,
        between_s: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._between_s = between_s
        self._now, self._sleep = now, sleep
        self._free_s = float("-inf")
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the caller may go."""
        with self._lock:
            now_s = self._now()
            turn_s = max(now_s, self._free_s)
            self._free_s = turn_s + self._between_s
        if turn_s > now_s:
            self._sleep(turn_s - now_s)
