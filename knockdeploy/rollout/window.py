"""Times of day: the end of a maintenance window, and moments as people read them."""

from __future__ import annotations

import datetime

from knockdeploy.errors import InputError, Mistake
from knockdeploy.schedule.when import time_of_day


def end_of(window: str, now: datetime.datetime) -> datetime.datetime:
    """Return when ``HH:MM`` is next, in the time zone of ``now``.

    Raises:
        InputError: it is not a time of day.
    """
    if (time := time_of_day(window)) is None:
        message = f"'{window}' is not a time of day"
        raise InputError(Mistake(message, "HH:MM, the end of the window: 04:00", key="--until"))
    today = datetime.datetime.combine(now.date(), time)
    # Of a naive time the system knows the offset, on the days on which it changes too.
    ends = (day.astimezone(now.tzinfo) for day in (today, today + datetime.timedelta(days=1)))
    return next(end for end in ends if end > now)


def day_and_time(moment_s: float) -> str:
    """Return a moment, in seconds since 1970, as `Fri 04:00`, here."""
    return f"{datetime.datetime.fromtimestamp(moment_s).astimezone():%a %H:%M}"


def clock(moment_s: float) -> str:
    """Return a moment, in seconds since 1970, as a clock on the wall here shows it."""
    return f"{datetime.datetime.fromtimestamp(moment_s).astimezone():%H:%M:%S}"
