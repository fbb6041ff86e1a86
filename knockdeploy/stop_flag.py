"""A wish to stop, which a signal's handler may tell."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue


class StopFlag:
    """Set once, for all who look or wait.

    A handler runs in the thread that it interrupts, and `threading.Event` would wait there for a
    lock of its own: for ever, if that thread was just about to wait for the event. A `SimpleQueue`
    may be put to from anywhere.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._wakes: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Have everybody stop."""
        self._is_set = True
        self._wakes.put(None)

    def is_set(self) -> bool:
        """Tell whether everybody is to stop."""
        return self._is_set

    def wait(self, within_s: float) -> bool:
        """Return as soon as it is set, or after so many seconds; tell whether it is set."""
        with suppress(Empty):
            self._wakes.get(timeout=max(0.0, within_s))
            self._wakes.put(None)  # for whoever else waits
        return self._is_set
