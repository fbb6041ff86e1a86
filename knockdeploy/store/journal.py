"""The journal of a run: how far each router came, and what became of it, one line each."""

from __future__ import annotations

import datetime
import enum
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any, Final

DAMAGED: Final = {
    "about.json": "begin a new run: it does what is left",
    "terms.json": "begin a new run: it does what is left",
    "result.json": "remove it: events.jsonl has what became of each router",
}
"""What to do where a file of a run is damaged; other files are backups."""
NO_BACKUP: Final = "this router cannot be rolled back: `remove` takes the feature off"


class Event(enum.StrEnum):
    """How far a router's change has come; what may cut us off is noted before it happens."""

    CANARY = "canary"  # it became one, as those before it were not changed
    BEGUN = "begun"
    READ = "read"
    ARMING = "arming"
    ARMED = "armed"
    EXTENDED = "extended"
    UNARMED = "unarmed"
    OPENED = "opened"
    CLOSED = "closed"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    SAVED = "saved"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event: ``time`` in UTC, to the millisecond.

    ``reverts`` is when the router goes back by itself, where this is what it was armed for.
    """

    time: str
    host: str
    event: str
    reverts: str = ""


def event_line(host: str, event: Event, reverts: str = "") -> str:
    """Return an event of this moment as a line of the journal."""
    happened = asdict(Happened(now(), host, event, reverts))
    return _line({key: value for key, value in happened.items() if value})


def outcome_line(host: str, outcome: object) -> str:
    """Return what became of a router, redacted, as a line of the journal."""
    return _line({"time": now(), "host": host, "outcome": outcome})


def _line(data: Mapping[str, object]) -> str:
    return f"{json.dumps(data)}\n"


_MUST_HAVE: Final = {"time", "host", "event"}


def events_in(lines: Iterable[Mapping[str, Any]]) -> tuple[Happened, ...]:
    """Return what was noted, in order."""
    whole = (data for data in lines if _MUST_HAVE <= data.keys() <= {*_MUST_HAVE, "reverts"})
    return tuple(Happened(**data) for data in whole if are_texts(*data.values()))


def endings_in(lines: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any] | None]:
    """Return what became of each host whose turn was begun; None where that was not noted."""
    found: dict[str, Mapping[str, Any] | None] = {}
    for data in lines:
        if data.get("event") == Event.BEGUN:
            found[str(data.get("host"))] = None
        elif have_outcomes({"hosts": {"": data.get("outcome")}}):
            found[str(data.get("host"))] = data["outcome"]
    return found


def ended_once(lines: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the hosts whose turn ended, and which were not checked after the soak."""
    n_endings: dict[str, int] = {}
    for data in lines:
        host = str(data.get("host"))
        if data.get("event") == Event.BEGUN:
            n_endings[host] = 0
        elif "outcome" in data:
            n_endings[host] = n_endings.get(host, 0) + 1
    return frozenset(host for host, number in n_endings.items() if number == 1)


def are_texts(*values: object) -> bool:
    """Tell whether all are texts."""
    return all(isinstance(value, str) for value in values)


def have_outcomes(result: Mapping[str, Any]) -> bool:
    """Tell whether it has what every version wrote: of each host its status, and why it failed."""
    hosts, whole = result.get("hosts"), result.get("errors", [])
    if not isinstance(hosts, dict) or not isinstance(whole, list):
        return False
    if not all(isinstance(each, dict) for each in (*hosts.values(), *whole)):
        return False
    errors = [each["error"] for each in hosts.values() if each.get("error") is not None]
    texts = (each.get("status") for each in hosts.values()), (each.get("message") for each in whole)
    return are_texts(*chain.from_iterable(texts)) and all(
        isinstance(each, dict) and are_texts(*map(each.get, ("kind", "message", "hint")))
        for each in errors
    )


def loaded(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a file or a line; None where it is something else, or cut short."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def now(later_s: float = 0.0) -> str:
    """Return this moment, or a later one, in UTC, to the millisecond."""
    return written(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=later_s))


def written(moment: datetime.datetime) -> str:
    """Return a moment in UTC as documents have it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
