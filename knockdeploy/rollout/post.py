"""Messages through a queue of the Dask scheduler.

What takes time is the way through the scheduler, whatever the size of a message: those that are
sent within a moment go together.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final

from distributed import Queue

_APART_S: Final = 0.02
_ENDS_WITHIN_S: Final = 1.0
_LAST: Final = b""


class Outbox:
    """Sends messages in order; ``lost`` is called when that is no longer possible."""

    def __init__(self, queue: Queue, lost: Callable[[], None]) -> None:
        self._queue, self._lost = queue, lost
        self._waiting: SimpleQueue[bytes] = SimpleQueue()
        self._carrier = threading.Thread(target=self._carry, name="post", daemon=True)
        self._carrier.start()

    def put(self, *message: object) -> None:
        """Send a message: the first at once, those right after it a moment later, together."""
        self._waiting.put(pickle.dumps(message))

    def close(self) -> None:
        """Return when all are sent, or after a second."""
        self._waiting.put(_LAST)
        self._carrier.join(_ENDS_WITHIN_S)
        self._queue.close()

    def _carry(self) -> None:
        try:
            while (messages := self._collected())[-1] != _LAST:
                self._queue.put(messages)
                time.sleep(_APART_S)
            self._queue.put(messages[:-1])
        except Exception:  # noqa: BLE001  # whatever it is: the scheduler is gone
            self._lost()

    def _collected(self) -> list[bytes]:
        messages = [self._waiting.get()]
        with suppress(Empty):
            while True:
                messages.append(self._waiting.get_nowait())
        return messages


def heard(queue: Queue, is_over: Callable[[], bool]) -> Iterator[tuple[Any, ...]]:
    """Yield the messages of a queue until ``is_over`` says so; ``wake`` makes it look.

    It waits without a timeout: the scheduler would log each one that runs out.
    """
    while not is_over():
        yield from map(pickle.loads, queue.get())


def wake(queue: Queue) -> None:
    """Make whoever waits in ``heard`` look whether it is over."""
    queue.put([])
