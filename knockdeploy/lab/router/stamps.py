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


def log_date(now_s: float, words: list[str], zone: str = "UTC") -> str:
    """Return the date as ``service timestamps log datetime ...`` asks for it."""
    moment = datetime.fromtimestamp(now_s, UTC)
    year = f"{moment:%Y} " if "year" in words else ""
    milliseconds = f".{moment.microsecond // 1000:03d}" if "msec" in words else ""
    shown = f" {zone}" if "show-timezone" in words else ""
    return f"{moment:%b} {moment.day:2d} {year}{moment:%H:%M:%S}{milliseconds}{shown}"


def log_uptime(seconds: float) -> str:
    """Return the time since the start as IOS stamps it: 00:00:46, 3d04h, 1w2d, 1y23w."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    weeks, day = divmod(days, 7)
    years, week = divmod(weeks, 52)
    if years:
        return f"{years}y{week}w"
    if weeks:
        return f"{weeks}w{day}d"
    return f"{days}d{hour:02d}h" if days else f"{hour:02d}:{minute:02d}:{second:02d}"
