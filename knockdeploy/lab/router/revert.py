"""``configure terminal revert timer``: back to what was saved, unless confirmed (ios-facts §9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from knockdeploy.ios.refusals import INVALID
from knockdeploy.lab.router.clock import Handle
from knockdeploy.lab.router.vty import VtyLine

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_MINUTE_S: Final = 60.0
_MAX_MINUTES: Final = 120
NOT_PENDING: Final = "%No Rollback Confirmed Change pending"
_NO_ARCHIVE: Final = "%Turn config archive on before using Rollback Confirmed Change"
_LOG: Final = "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_"
_KEEP: Final = 'Enter "configure confirm" if you wish to keep what you\'ve configured'
_AFTER_PROMPT_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class ArmedTimer:
    """A timer that runs: what it goes back to, who started it, and when it is due."""

    file: str
    minutes: int
    user: str
    line: VtyLine
    since_s: float
    due_s: float


Tell = Callable[[str], None]
"""Prints into the session that armed, over whatever is being typed or printed there."""


class RevertTimer:
    """The one timer a router can have, ``pending``. It runs on when its session ends."""

    def __init__(self, router: VirtualRouter) -> None:
        self._router = router
        self.pending: ArmedTimer | None = None
        self._timers: tuple[Handle, ...] = ()
        self._tell: Tell = lambda _text: None

    def arm(self, minutes: int, line: VtyLine, tell: Tell = lambda _text: None) -> str:
        """Save the running configuration and start the timer; returns what IOS prints.

        An answer that begins with ``%`` is a refusal: nothing was saved, no timer started.
        ``tell`` gets what IOS prints later, in the last minute and when it goes back.
        """
        if self._router.archive.path is None:
            return _NO_ARCHIVE
        if not 1 <= minutes <= _MAX_MINUTES:
            return INVALID
        if self.pending is not None:
            return "%Rollback Confirmed Change already pending"  # wording unknown
        file, why = self._router.archive.write()
        if why:
            return f"%Error opening {file} ({why})"  # wording unknown
        self._tell = tell
        self._start(file, minutes, line)
        self._router.log(f"{_LOG}BACKUP: Backing up current running config to {file}")
        self._router.log(
            f"{_LOG}START_ABSTIMER: User: {line.user}(Priv: 15, View: 0): "
            f"Scheduled to rollback to config {file} in {minutes} minutes"
        )
        return f"Rollback Confirmed Change: Backing up current running config to {file}\n"

    def confirm(self, line: VtyLine) -> str:
        """Keep the configuration and stop the timer; returns what IOS prints."""
        pending = self.pending
        if pending is None:
            return NOT_PENDING
        if pending.line is not line and not self._router.behaviour.confirm_elsewhere:
            return "%Rollback Confirmed Change can be confirmed by its own session only"  # unknown
        self.stop()
        self._router.log(f"{_LOG}CONFIRM: User: {line.user}: Confirm the configuration change")
        return ""

    def revert_now(self) -> str:
        """Go back at once; returns what IOS prints."""
        if self.pending is None:
            return NOT_PENDING
        return self._roll_back()

    def extend(self, minutes: int, line: VtyLine) -> str:
        """Let the timer run for so long from now on; returns what IOS prints."""
        if self.pending is None:
            return NOT_PENDING
        if not 1 <= minutes <= _MAX_MINUTES:
            return INVALID
        file = self.pending.file
        self.stop()
        self._start(file, minutes, line)
        return ""  # what is printed is unknown

    def _warn(self, file: str) -> None:
        self._tell(f"Rollback Confirmed Change: Rollback will begin in one minute.\n{_KEEP}\n")
        self._router.log(
            f"{_LOG}WARNING_ABSTIMER: System will rollback to config {file} in one minute. {_KEEP}"
        )

    def _expire(self, file: str) -> None:
        self._roll_back()
        self._tell(
            f"Rollback Confirmed Change: rolling to:{file}\n!Pass 1\n!List of Rollback Commands:\n"
            "end\n\nTotal number of passes: 1\nRollback Done\n"
        )

    def _roll_back(self) -> str:
        pending = self.pending
        self.stop()
        name = self._router.flash.name_of(pending.file) if pending else ""
        text = self._router.flash.get(name)
        if pending is None or text is None:  # somebody deleted the file
            return "%Error opening the configuration to roll back to"  # wording unknown
        answer = f"Rollback Confirmed Change: Rolling to:{pending.file}"
        self._router.log(f"{_LOG}ROLLBACK_START: Start rolling to: {pending.file}")
        self._router.replace(text)
        self._router.log("%SYS-5-CONFIG_R: Config Replace is Done")
        return answer

    def _start(self, file: str, minutes: int, line: VtyLine) -> None:
        now_s, delay_s = self._router.clock.now(), minutes * _MINUTE_S
        self.pending = ArmedTimer(file, minutes, line.user, line, now_s, now_s + delay_s)
        later = self._router.clock.call_later
        warned_s = max(_AFTER_PROMPT_S, delay_s - _MINUTE_S)
        expire = partial(self._expire, file)
        self._timers = later(warned_s, partial(self._warn, file)), later(delay_s, expire)

    def stop(self) -> None:
        """Forget the timer, as a reload does."""
        for timer in self._timers:
            timer.cancel()
        self._timers, self.pending = (), None
