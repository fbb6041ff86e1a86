"""When a check is due: once a day, or several times within one."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Final, Self

from knockdeploy.errors import InputError, Mistake

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_LONGEST_SPREAD_S: Final = 600


def time_of_day(text: str) -> datetime.time | None:
    """Return what ``HH:MM`` says, None where it is something else."""
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    return datetime.time(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class When:
    """Each ``every`` minutes, counted from ``first`` minutes after midnight."""

    first: int = 6 * _HOUR
    every: int = _DAY

    @classmethod
    def daily(cls, text: str) -> Self:
        """Return what ``HH:MM`` says.

        Raises:
            InputError: it is not a time of day.
        """
        if (time := time_of_day(text)) is None:
            raise InputError(Mistake(f"{text!r} is not a time of day", "--at 06:00", key="--at"))
        return cls(time.hour * _HOUR + time.minute)

    @classmethod
    def regularly(cls, text: str) -> Self:
        """Return what ``15m`` or ``4h`` says.

        Raises:
            InputError: it is invalid, or does not divide an hour or a day evenly.
        """
        match = re.fullmatch(r"([1-9]\d?)([mh])", text, re.ASCII)
        number, unit = (int(match[1]), match[2]) if match else (0, "")
        whole = {"m": _HOUR, "h": 24}.get(unit, 0)
        if not number or whole % number:  # cron can say nothing else
            hint = "minutes that divide an hour or hours that divide a day: --every 15m or 4h"
            raise InputError(Mistake(f"{text!r} is not a regular interval", hint, key="--every"))
        return cls(0, number * (_HOUR if unit == "h" else 1))

    @property
    def spread_s(self) -> int:
        """Seconds of random delay, so that not all projects start at once."""
        return min(_LONGEST_SPREAD_S, self.every * 60 // 10)

    @property
    def cron(self) -> str:
        """The five fields of a crontab."""
        if self.every < _HOUR:
            return f"*/{self.every} * * * *"
        hours = str(self.first // _HOUR) if self.every == _DAY else f"*/{self.every // _HOUR}"
        return f"{self.first % _HOUR} {hours} * * *"

    @property
    def calendar(self) -> str:
        """The same as systemd's ``OnCalendar``."""
        if self.every < _HOUR:
            return f"*:0/{self.every}"
        if self.every < _DAY:
            return f"0/{self.every // _HOUR}:00"
        return f"{self.first // _HOUR:02}:{self.first % _HOUR:02}"
