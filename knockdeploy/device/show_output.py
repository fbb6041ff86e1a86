"""What `show` commands print, as values. Pure; each parser says which output it was held to."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

_ADDRESS: Final = r"\d{1,3}(?:\.\d{1,3}){3}"


@dataclass(frozen=True, slots=True)
class User:
    """Our own line of `show users wide`: ``source`` is what stands under Location."""

    line: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class PendingRevert:
    """A change that reverts unless confirmed; what the router does not say is ""."""

    user: str
    value: str
    configured: str = ""

    def left_s(self, clock: str) -> int | None:
        """Return in how many seconds it reverts, by the router's own `show clock`.

        None where the router does not tell: the value is the timer's whole length.
        """
        since, now = _moment(self.configured), _moment(clock)
        minutes = re.match(r"(\d+) min", self.value)
        if not (since and now and minutes) or now < since:
            return None
        return max(0, int(minutes[1]) * 60 - int((now - since).total_seconds()))


def own_user(text: str) -> User | None:
    """Read our line, the one with the star, of `show users wide`.

    `*  2 vty 0     admin      idle                 00:00:00 198.51.100.7`: the user is missing
    where the login asks for none, idle is `1d02h` after a day.
    """
    for line in text.splitlines():
        match = re.match(r"\* *(?:\d+ )?(\w+ +\d+(?:/\d+)*)\s+(\S.*)$", line)
        if match:
            words = match[2].split()
            where = words[-1] if re.fullmatch(_ADDRESS, words[-1]) or "." in words[-1] else ""
            user = words[0] if len(words) > len(("host", "idle", "location")) else ""
            return User(re.sub(r" +", " ", match[1]), user, where or words[-1])
    return None


def our_address(user: User | None, tcp: str) -> str | None:
    """Return the address we come from, in the router's view; None where that is not clear.

    `show users wide` may print a name (`ip host`, DNS) instead: then the one address that has
    SSH sessions in `show tcp brief numeric` is ours, if it is one.
    """
    if user is None or not user.line.startswith("vty"):
        return None
    with suppress(ValueError):
        return str(ip_address(user.source))
    row = re.compile(rf"^\w+\s+{_ADDRESS}[.:]22\s+({_ADDRESS})[.:]\d+\s+ESTAB", re.MULTILINE)
    peers = set(row.findall(tcp))
    return peers.pop() if len(peers) == 1 else None


def connected_to(text: str, source: str) -> frozenset[tuple[str, int]]:
    """Return to which of the router's addresses and ports ``source`` has sessions.

    `show tcp brief numeric`: `6523A4FC  10.1.25.3.22   10.1.25.4.51234   ESTAB`: the port follows
    a dot, or a colon.
    """
    row = re.compile(
        rf"^\w+\s+({_ADDRESS})[.:](\d+)\s+{re.escape(source)}[.:]\d+\s+ESTAB", re.MULTILINE
    )
    return frozenset((address, int(port)) for address, port in row.findall(text))


_WAY: Final = re.compile(
    r"^[ \t]++(?:nexthop \S+|attached to|connected to) ([A-Z]\S*\d)"  # 12.4(20)T and later
    r"|next hop \S+?, ([A-Z]\S*\d)"  # before
    r"|via \S+, ([A-Z]\S*\d), \d+ dependenc"
    r"|^[ \t]++attached to ([A-Z]\S*\d)",
    re.MULTILINE,
)


def way_back(text: str) -> str | None:
    """Return the interface by which packets leave for an address: `show ip cef ADDRESS`.

    None where there is none, or more than one, or the answer is not understood.
    """
    found = {name for match in _WAY.finditer(text) for name in match.groups() if name}
    return found.pop() if len(found) == 1 else None


_TIMER: Final = re.compile(r"\s*+(Time configured|Timer \w++|User)[^:\n]*+:(.*)")


def pending(text: str) -> PendingRevert | None:
    """Read `show archive config rollback timer`; None where nothing is pending."""
    found = (_TIMER.match(line) for line in text.splitlines())
    values = {match[1]: match[2].strip() for match in found if match}
    if not values:
        return None
    fields = (values.get(key, "") for key in ("User", "Timer value", "Time configured"))
    return PendingRevert(*fields)


def _moment(text: str) -> datetime.datetime | None:
    """Read a date as IOS prints it, `11:35:59 UTC Sun Nov 22 2026` or the time behind the day.

    All of a router's are in its own time zone.
    """
    parts = re.search(r"\d\d:\d\d:\d\d", text), re.search(r"([A-Z][a-z]{2}) +(\d+)\b(?!:)", text)
    year = re.search(r"\b\d{4}\b", text)
    if not (all(parts) and year):
        return None
    with suppress(ValueError):
        day = " ".join(part[0] for part in (parts[1], year, parts[0]) if part)
        return datetime.datetime.strptime(day, "%b %d %Y %H:%M:%S")  # noqa: DTZ007  # the router's
    return None
