"""What checks found over time: each router's results, and from when to when each finding was seen.

One SQLite file, of the standard library: a few small statements need nothing above it.
"""

from __future__ import annotations

import datetime
import json
import os
import sqlite3
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Final

from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import InputError, Mistake
from knockdeploy.plain_files import open_plain
from knockdeploy.store.schema import prepare

_WAIT_S: Final = 30
"""How long one waits for another program that writes; a fleet's results take milliseconds."""

_WHAT: Final = "host, rule, severity, message, line, parents"
_N_WHAT: Final = len(_WHAT.split(", "))
_ROW: Final = f"{_WHAT}, waiver, first_seen, last_seen, is_gone"
_Row = tuple[str, str, str, str, str, str, str, str, str, int]
_FIRST_SEEN: Final = 7  # its place
_SEEN: Final = f"""
INSERT INTO findings ({_WHAT}, waiver, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT ({_WHAT}) WHERE NOT is_gone DO UPDATE SET
  waiver = CASE WHEN excluded.last_seen < last_seen THEN waiver ELSE excluded.waiver END,
  first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)
"""  # noqa: S608  # our own words
_GONE: Final = "UPDATE findings SET is_gone = 1 WHERE host = ? AND NOT is_gone AND last_seen < ?"

_RESULT: Final = """
INSERT INTO results (day, host, time, status) VALUES (?, ?, ?, ?)
ON CONFLICT (day, host) DO UPDATE SET time = excluded.time, status = excluded.status
  WHERE excluded.time >= time
"""
_DAYS: Final = "SELECT day, status, count(*) FROM results GROUP BY day, status ORDER BY day"
_DATE: Final = len("2026-01-02")
_FLAPPING: Final = 3
_WITHIN: Final = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check said of a router; of one that could not be read, nothing was found."""

    status: str
    findings: tuple[Finding, ...]

    @property
    def is_judged(self) -> bool:
        """Tell whether a finding that is missing here is gone."""
        return self.status in {"compliant", "drifted"}


@dataclass(frozen=True, slots=True)
class Spell:
    """One finding from when to when it was seen (UTC), without a check in between that missed it.

    A waiver begins no other: severity and message are those last told. One that comes again has a
    spell of its own; ``times`` is how often it has come, this time included, in the thirty days
    before it was last seen.
    """

    host: str
    rule: str
    severity: str
    message: str
    line: str
    parents: tuple[str, ...]
    first_seen: str
    last_seen: str
    is_gone: bool
    times: int

    @property
    def is_flapping(self) -> bool:
        """Whether the finding comes and goes."""
        return self.times >= _FLAPPING


@dataclass(frozen=True, slots=True)
class DayOfChecks:
    """How many routers had which status, by the last check of each on one day (UTC)."""

    date: str
    statuses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier checks found: each finding's spells, and the days, the earliest first."""

    spells: tuple[Spell, ...] = ()
    days: tuple[DayOfChecks, ...] = ()


NO_PAST: Final = Past()


class FindingsStore:
    """The file ``path``, made when something is first kept in it.

    Raises:
        InputError: from every method, if it cannot be used; it is as it was.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def record(self, time: str, checked: Iterable[tuple[str, Checked]], oldest: str) -> None:
        """Keep what a check found, all or nothing; forget what was last seen before ``oldest``."""
        with self._connected(is_made=True) as database, database:
            database.execute("BEGIN IMMEDIATE")
            for host, each in checked:
                database.execute(_RESULT, (time[:_DATE], host, time, each.status))
                database.executemany(_SEEN, _rows(host, each.findings, time))
                if each.is_judged:
                    database.execute(_GONE, (host, time))
            database.execute("DELETE FROM results WHERE day < ?", (oldest[:_DATE],))
            database.execute("DELETE FROM findings WHERE is_gone AND last_seen < ?", (oldest,))

    def spells(self, *, host: str | None = None, rule: str | None = None) -> list[Spell]:
        """Return what was found, of one router or by one rule, the latest first."""
        if not self._path.exists():
            return []
        asked = "WHERE (?1 IS NULL OR host = ?1) AND (?2 IS NULL OR rule = ?2)"
        order = "ORDER BY is_gone, last_seen DESC, first_seen DESC, host"
        sql = f"SELECT {_ROW} FROM findings {asked} {order}"  # noqa: S608  # our own words
        with self._connected(is_made=False) as database:
            return _counted(database.execute(sql, (host, rule)).fetchall())

    def past(self) -> Past:
        """Return the spells and the days."""
        return Past(tuple(self.spells()), tuple(self.days()))

    def days(self) -> list[DayOfChecks]:
        """Return how many routers had which status, day by day."""
        if not self._path.exists():
            return []
        days: dict[str, dict[str, int]] = {}
        with self._connected(is_made=False) as database:
            for date, status, number in database.execute(_DAYS):
                days.setdefault(date, {})[status] = number
        return [DayOfChecks(date, statuses) for date, statuses in days.items()]

    @contextmanager
    def _connected(self, *, is_made: bool) -> Iterator[sqlite3.Connection]:
        try:
            if is_made:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(open_plain(self._path, os.O_RDWR | os.O_CREAT))  # 0600, its journal too
            # None: transactions begin where we say so
            with closing(
                sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
            ) as database:
                prepare(database, is_made=is_made)
                yield database
        except sqlite3.Error as error:
            raise self._unusable(str(error)) from None
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be opened") from None

    def _unusable(self, reason: str) -> InputError:
        hint = "name another file, or move this one away: it is a cache"
        message = f"the findings of earlier checks cannot be used: {reason}"
        return InputError(Mistake(message, hint, str(self._path), key="database"))


def _rows(host: str, findings: Iterable[Finding], time: str) -> Iterator[tuple[str, ...]]:
    for each in findings:
        was, parents = each.lasting, json.dumps(each.parents)
        what = (host, was.rule, was.severity, was.message, was.line, parents)
        yield *what, each.waiver, time, time


def _counted(rows: Sequence[_Row]) -> list[Spell]:
    """Return the spells of these rows, each with how often its finding came."""
    came: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for row in sorted(rows, key=itemgetter(_FIRST_SEEN)):
        came[row[:_N_WHAT]].append(row[_FIRST_SEEN])
    return [_spell(row, came[row[:_N_WHAT]]) for row in rows]


def _spell(row: _Row, moments: Sequence[str]) -> Spell:
    host, rule, severity, message, line, parents, waiver, first, last, is_gone = row
    severity = "info" if waiver else severity
    above = tuple(json.loads(parents))
    times = _n_within(moments, last)
    return Spell(
        host, rule, severity, message + waiver, line, above, first, last, bool(is_gone), times
    )


def _n_within(moments: Sequence[str], last_seen: str) -> int:
    since = datetime.datetime.fromisoformat(last_seen) - _WITHIN
    first = bisect_left(moments, since.isoformat("T", "milliseconds"))
    return max(1, bisect_right(moments, last_seen) - first)
