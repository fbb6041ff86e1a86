"""What brings a router back by itself while a change is under way, and how long that waits."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Final, Protocol

from knockdeploy.device import flash, revert
from knockdeploy.device.arming import MAX_MINUTES, Arming, Rung, is_ours, removal
from knockdeploy.device.countdown import Countdown
from knockdeploy.device.reading import running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    DeviceTimeoutError,
    LockedError,
    RefusedLineError,
    RouterError,
    UnreachableError,
)
from knockdeploy.ios.parse import parse

_log = logging.getLogger(__name__)
_MINUTE_S: Final = 60.0


class _Undo(Protocol):
    """The router's own undo: the module revert is one, ``Countdown`` another."""

    def arm(self, session: RouterSession, minutes: int) -> None: ...
    def extend(self, session: RouterSession, minutes: int) -> None: ...
    def confirm(self, session: RouterSession) -> None: ...
    def revert_now(self, session: RouterSession) -> None: ...
    def is_pending(self, session: RouterSession) -> bool: ...


class Guard:
    """The router's own undo of one change. ``now`` is our clock, in seconds.

    ``notes`` is what to tell of what could not be taken away. ``is_told`` is false once the answer
    to a confirmation was lost: the change may be kept, and nothing be pending.
    """

    def __init__(self, arming: Arming, now: Callable[[], float] | None = None) -> None:
        self.arming = arming
        self.notes: list[str] = []
        self.is_told = True
        self._now = now or time.monotonic
        self._due_s: float | None = None
        self._undo = _undo(arming)

    @property
    def left_s(self) -> float:
        """In how many seconds the router goes back; below 0 where it has, or never will."""
        return -math.inf if self._due_s is None else self._due_s - self._now()

    @property
    def has_fired(self) -> bool:
        """Whether the router has gone back by now, if it did as it was told."""
        return self.is_told and self._due_s is not None and self.left_s < 0

    def arm(self, session: RouterSession) -> None:
        """Take away what an earlier run left, and arm; nothing else may be sent before.

        Raises:
            LockedError: somebody else's timer, countdown or lock. Nothing of theirs was touched.
            RouterError: it could not be armed; nothing of the change was sent.
        """
        arming = self.arming
        self.sweep(session)
        if arming.rung is Rung.ARCHIVE:
            session.configure(arming.lines)
        started = self._now()
        try:
            if self._undo:
                self._undo.arm(session, arming.minutes)
        except LockedError:  # the lines may be those of whoever was quicker
            raise
        except RouterError as error:
            if left := self._let_go(session):
                error.message = f"{error.message}; {left}"
            raise
        if arming.rung is not Rung.NONE:
            self._due_s = started + arming.minutes * _MINUTE_S

    def sweep(self, session: RouterSession) -> None:
        """Take away what an earlier run could not."""
        if self.arming.leftovers:
            self._take_away(session)

    def see_to(self, session: RouterSession, needed_s: float) -> bool:
        """See that the router waits for so long; return whether it had to be told.

        Raises:
            DeviceTimeoutError: it would not, and takes no longer time; it still waits.
        """
        if self._undo is None or self._due_s is None or self.left_s >= needed_s:
            return False
        longest = max(self.arming.minutes, math.ceil(needed_s / _MINUTE_S))
        minutes = min(longest, MAX_MINUTES)
        started = self._now()
        try:
            self._undo.extend(session, minutes)
        except RefusedLineError as error:
            raise DeviceTimeoutError(
                f"the router is slower than its time to confirm, which it does not extend: {error}",
                "use a longer --confirm-minutes",
            ) from error
        self._due_s = started + minutes * _MINUTE_S
        return True

    def confirm(self, session: RouterSession) -> None:
        """Keep the change.

        Raises:
            RevertedError: nothing was pending any more.
            RefusedLineError: the router did not take it from this session.
            DeviceTimeoutError, UnreachableError: it did or did not, nobody knows.
        """
        try:
            if self._undo:
                self._undo.confirm(session)
        except (DeviceTimeoutError, UnreachableError):
            self.is_told = False
            raise
        self._due_s = None

    def revert_now(self, session: RouterSession) -> None:
        """Have the router go back at once; it takes with it what others changed meanwhile."""
        if self._undo:
            self._undo.revert_now(session)

    def is_pending(self, session: RouterSession) -> bool:
        """Tell whether the router will go back unless somebody confirms."""
        return self._undo is not None and self._undo.is_pending(session)

    def clean(self, session: RouterSession) -> bool:
        """Take away what was there for the time of the change; return whether lines were sent.

        What cannot be taken away is left to the next command that writes to the router.
        """
        if self.arming.rung not in {Rung.ARCHIVE, Rung.COPY}:
            return False
        return self._take_away(session)

    def _let_go(self, session: RouterSession) -> str:
        """Leave nothing behind where arming failed; return what to tell where that failed too."""
        try:
            if session.is_lost:
                with session.another() as fresh:
                    self.clean(fresh)
            else:
                self.clean(session)
        except RouterError as error:
            _log.info("what arms the router could not be taken away: %s", error)
            return (
                f"the revert timer may still be armed, for {self.arming.minutes} "
                "minutes, and would restore its own copy"
            )
        return ""

    def _take_away(self, session: RouterSession) -> bool:
        """Delete the files first: if the session is lost then, the lines still lead to the rest."""
        try:
            for name in filter(is_ours, flash.files(session)):
                try:
                    flash.delete(session, f"flash:{name}")
                except RefusedLineError as error:
                    self.notes.append(f"{name} stays in flash: {error.message}")
        except RefusedLineError as error:
            self.notes.append(f"what armed the router may stay in flash: {error.message}")
        lines = tuple(removal(parse(running_config(session))))
        session.configure(lines)
        return bool(lines)


def _undo(arming: Arming) -> _Undo | None:
    if arming.rung is Rung.NONE:  # the operator wants it so
        return None
    return Countdown(arming) if arming.rung is Rung.COPY else revert
