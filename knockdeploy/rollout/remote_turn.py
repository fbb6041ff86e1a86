"""A turn on another machine: what it reads, keeps and tells is at home, with who started the run.

A turn whose home does not answer is over at once: no line of ours is sent without its journal, and
the router goes back by itself.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from knockdeploy.device.hostkeys_elsewhere import HostKeysElsewhere
from knockdeploy.rollout.payload import Parcel
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

_LOOK_S = 1.0
"""How soon a wish to stop is heard."""


class HomeLostError(BaseException):
    """Home does not answer, or has given the turn up; nothing of ours catches it."""


class WayHome(Protocol):
    """One turn's way home.

    Raises:
        HomeLostError: from both methods.
    """

    def tell(self, what: str, *words: object) -> None:
        """Say something; nobody answers."""

    def ask(self, what: str, *words: object) -> Any:  # noqa: ANN401  # whatever the answer is
        """Return the answer, or raise what it was at home."""


class FilesAtHome:
    """The state folder on the machine that started the run."""

    def __init__(self, home: WayHome) -> None:
        self._ask = home.ask

    def prepare(self) -> None:
        """Do nothing: it is prepared."""

    def read(self, name: str) -> bytes | None:
        """Return what is in a file, None if there is none."""
        content: bytes | None = self._ask("read", name)
        return content

    def write(
        self, name: str, content: bytes, *, is_new: bool = False, is_durable: bool = False
    ) -> None:
        """Put a file in place at once."""
        self._ask("write", name, content, is_new, is_durable)

    def append(self, name: str, content: bytes) -> None:
        """Add to a file, durably."""
        self._ask("append", name, content)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted."""
        return list(self._ask("names", folder))

    @contextmanager
    def hold(self, name: str, by: str) -> Iterator[None]:
        """Hold a lock until the turn is over."""
        self._ask("hold", name, by)
        yield

    def is_held(self, name: str) -> bool:
        """Tell whether somebody holds a lock."""
        return bool(self._ask("is_held", name))

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return bool(self._ask("has", name))

    def forget(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._ask("forget", name)


class StopAtHome(threading.Event):
    """The stop event of the machine that started the run."""

    def __init__(self, home: WayHome) -> None:
        super().__init__()
        self._home = home

    def is_set(self) -> bool:
        """Tell whether it is set."""
        return bool(self._home.ask("is_stopped"))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, or for so many seconds."""
        until_s = float("inf") if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return False
            time.sleep(min(left_s, _LOOK_S))
        return True


def take(sealed: bytes, here: str, home: WayHome) -> None:
    """Take a turn, unless somebody has begun it already; ``here`` is what this worker is called."""
    try:
        home.ask("begin", here)
        parcel: Parcel = pickle.loads(sealed)  # noqa: S301  # of who started the run, who may run code here
        state = StateDir(parcel.job["state"].path, FilesAtHome(home))
        turn = parcel.unpacked(
            state=state,
            run=Run(state, parcel.job["run"].name),
            stop=StopAtHome(home),
            host_keys=HostKeysElsewhere(home.ask),
            **{what: partial(home.tell, what) for what in ("tell", "show", "hear")},
        )
        home.ask("end", turn.take())
    except HomeLostError:
        return
