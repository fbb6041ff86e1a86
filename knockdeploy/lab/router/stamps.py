"""Dates as IOS prints them."""

from __future__ import annotations

from datetime import UTC, datetime


def date(seconds: float, form: str = "%H:%M:%S UTC %a %b %e %Y") -> str:
    """Return seconds since the epoch as IOS writes a date: ``00:26:40 UTC Fri Mar 1 2002``."""
    return " ".join(datetime.fromtimestamp(seconds, UTC).strftime(form).split())


def clock(seconds: float, mark: str) -> str:
    """Return the time as ``show clock`` prints it; ``mark`` is * while no time source set it."""
    milliseconds = int(seconds * 1000) % 1000
    return mark + date(seconds, f"%H:%M:%S.{milliseconds:03} UTC %a %b %e %Y")


def uptime(seconds: float) -> str:
    """Return a duration as ``show version`` words it."""
    minutes = int(seconds) // 60
    parts = (("day", minutes // 1440), ("hour", minutes // 60 % 24), ("minute", minutes % 60))
    shown = [part for part in parts if part[1] or part[0] == "minute"]
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in shown)
