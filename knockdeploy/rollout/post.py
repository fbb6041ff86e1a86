"""Letters by a queue of Dask's scheduler.

What costs is the journey, through the scheduler and back, whatever it carries: the letters of a
moment go together.
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
    """Sends letters in order; ``lost`` is called once they cannot be sent any more."""

    def __init__(self, queue: Queue, lost: Callable[[], None]) -> None:
        self._queue, self._lost = queue, lost
        self._letters: SimpleQueue[bytes] = SimpleQueue()
        self._carrier = threading.Thread(target=self._carry, name="post", daemon=True)
        self._carrier.start()

    def put(self, *letter: object) -> None:
        """Have a letter sent: the first at once, those after it within a moment."""
        self._letters.put(pickle.dumps(letter))

    def close(self) -> None:
        """Return once all are sent, or a moment has passed."""
        self._letters.put(_LAST)
        self._carrier.join(_ENDS_WITHIN_S)
        self._queue.close()

    def _carry(self) -> None:
        try:
            while (letters := self._collected())[-1] != _LAST:
                self._queue.put(letters)
                time.sleep(_APART_S)
            self._queue.put(letters[:-1])
        except Exception:  # noqa: BLE001  # whatever it is: the scheduler is gone
            self._lost()

    def _collected(self) -> list[bytes]:
        letters = [self._letters.get()]
        with suppress(Empty):
            while True:
                letters.append(self._letters.get_nowait())
        return letters


def heard(queue: Queue, is_over: Callable[[], bool]) -> Iterator[tuple[Any, ...]]:
    """Yield each letter that comes, until it ``is_over``; then ``wake`` whoever waits for one.

    Without a timeout, of each of which the scheduler would write a log.
    """
    while not is_over():
        yield from map(pickle.loads, queue.get())


def wake(queue: Queue) -> None:
    """Have whoever waits for letters see whether it is over."""
    queue.put([])
