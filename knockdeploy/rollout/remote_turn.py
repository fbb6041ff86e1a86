"""A turn on another machine. Home is the machine that started the run: it has all the files.

A turn that gets no answer from home ends at once: no line is sent without its entry in the journal,
and the router reverts by itself.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from knockdeploy.device.hostkeys import HostKeysElsewhere
from knockdeploy.rollout.payload import Parcel
from knockdeploy.stop_flag import StopFlag
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

_LOOK_S = 1.0
"""How often a turn that waits asks whether the run was stopped."""


class HomeLostError(BaseException):
    """Home does not answer, or has given up the turn. No handler of errors catches it."""


Ask = Callable[..., Any]
"""Asks home: gets the question and its words; returns the answer, or raises what it was there.

Raises:
    HomeLostError: there is no answer.
"""


class FilesAtHome:
    """The state folder at home; ``known`` are files of which home has told what is in them."""

    def __init__(self, ask: Ask, known: Mapping[str, bytes | None] | None = None) -> None:
        self._ask = ask
        self._known = dict(known or {})

    def prepare(self) -> None:
        """Do nothing: home has prepared it."""

    def read(self, name: str) -> bytes | None:
        """Return what is in a file, None if there is none."""
        if name in self._known:
            return self._known[name]
        content: bytes | None = self._ask("read", name)
        return content

    def write(
        self, name: str, content: bytes, *, is_new: bool = False, is_durable: bool = False
    ) -> None:
        """Put a file in place at once."""
        self._known.pop(name, None)
        self._ask("write", name, content, is_new, is_durable)

    def claim(self, folder: str) -> bool:
        """Make a folder; tell whether nobody had made it before."""
        return bool(self._ask("claim", folder))

    def change(self, name: str, changed: Callable[[bytes | None], bytes]) -> bytes | None:
        """Put what ``changed`` makes of a file at home in its place; return what was in it."""
        self._known.pop(name, None)
        before: bytes | None = self._ask("change", name, changed)
        return before

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
        self._known.pop(name, None)
        self._ask("forget", name)


class StopAtHome(StopFlag):
    """That of home, which stops the run."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask

    def is_set(self) -> bool:
        """Tell whether it is set."""
        return bool(self._ask("is_stopped"))

    def wait(self, within_s: float) -> bool:
        """Return soon after it is set, or after so many seconds; tell whether it is set."""
        until_s = time.monotonic() + within_s
        while not self.is_set():
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return False
            time.sleep(min(left_s, _LOOK_S))
        return True


def take(sealed: bytes, here: str, ask: Ask, tell: Callable[..., None]) -> None:
    """Take a turn, unless another worker has begun it; ``here`` is the name of this one.

    ``tell`` sends home what needs no answer.
    """
    try:
        known = ask("begin", here)
        parcel: Parcel = pickle.loads(sealed)  # noqa: S301  # of who started the run, who may run code here
        state = StateDir(parcel.job["state"].path, FilesAtHome(ask, known))
        turn = parcel.unpacked(
            state=state,
            run=Run(state, parcel.job["run"].name),
            stop=StopAtHome(ask),
            host_keys=HostKeysElsewhere(ask),
            **{what: partial(tell, what) for what in ("tell", "show", "hear")},
        )
        ask("end", turn.take())
    except HomeLostError:
        return
