"""The timer events of the event manager: countdown, watchdog and cron (iosxe-facts §3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from knockdeploy.ios.applet import Applet, Timer
from knockdeploy.lab.router.clock import Clock, Handle

_MINUTE_S: Final = 60
_LOWEST: Final = (0, 0, 1, 1, 0)  # minute, hour, day, month, day of the week


class Timers:
    """The timers of registered applets: they run from the registration, also at every boot."""

    def __init__(self, clock: Clock, raised: Callable[[Applet], None]) -> None:
        self._clock = clock
        self._raised = raised
        self._running: dict[str, Handle] = {}

    def start(self, applet: Applet) -> None:
        """Start the timer of an applet that has one."""
        if applet.timer:
            self._wait(applet, applet.timer)

    def stop(self, name: str) -> None:
        """Stop the timer of an applet, if it has one."""
        if timer := self._running.pop(name, None):
            timer.cancel()

    def _wait(self, applet: Applet, timer: Timer) -> None:
        def due() -> None:
            if timer.kind != "countdown":
                self._wait(applet, timer)
            if timer.kind != "cron" or fits(timer.cron, self._clock.now()):
                self._raised(applet)

        delay_s = timer.seconds
        if timer.kind == "cron":  # looked at once a minute
            delay_s = _MINUTE_S - self._clock.now() % _MINUTE_S
        self._running[applet.name] = self._clock.call_later(delay_s, due)


def fits(entry: str, now_s: float) -> bool:
    """Tell whether a time fits a cron entry of five fields; one that cannot be read never does."""
    now = datetime.fromtimestamp(round(now_s), UTC)
    time = (now.minute, now.hour, now.day, now.month, now.isoweekday() % 7)
    fields = entry.split()
    try:
        return len(fields) == len(time) and all(map(_field_fits, fields, time, _LOWEST))
    except ValueError:
        return False


def _field_fits(field: str, value: int, lowest: int) -> bool:
    """Tell whether a value fits ``*``, ``*/N``, ``N``, ``N-M``, or a list of such."""
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        low, high = (lowest, value) if span == "*" else (int(first), int(last or first))
        if low <= value <= high and (value - low) % max(1, int(step or 1)) == 0:
            return True
    return False
