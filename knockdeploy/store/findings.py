"""What checks found over time: each router's results, and from when to when each finding was seen.

One SQLite file, of the standard library: a few small statements need nothing above it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import InputError, Mistake
from knockdeploy.plain_files import open_plain

_VERSION: Final = 1
_WAIT_S: Final = 30
"""How long one waits for another program that writes; a fleet's results take milliseconds."""

_TABLES: Final = f"""
CREATE TABLE results (run TEXT, host TEXT, time TEXT, status TEXT, PRIMARY KEY (run, host));
CREATE INDEX results_time ON results (time);
CREATE TABLE findings (
  host TEXT, rule TEXT, severity TEXT, message TEXT, line TEXT, parents TEXT,
  first_seen TEXT, last_seen TEXT, is_gone INTEGER DEFAULT 0
);
CREATE UNIQUE INDEX findings_now ON findings (host, rule, severity, message, line, parents)
  WHERE NOT is_gone;
CREATE INDEX findings_rule ON findings (rule);
PRAGMA user_version = {_VERSION};
"""
_WHAT: Final = "host, rule, severity, message, line, parents"
_SEEN: Final = f"""
INSERT INTO findings ({_WHAT}, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT ({_WHAT}) WHERE NOT is_gone DO UPDATE SET
  first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)
"""  # noqa: S608  # our own words
_GONE: Final = "UPDATE findings SET is_gone = 1 WHERE host = ? AND NOT is_gone AND last_seen < ?"

# With max(), SQLite takes the other columns from the row that has it.
_DAYS: Final = """
SELECT day, status, count(*) FROM (
  SELECT substr(time, 1, 10) AS day, host, status, max(time) FROM results GROUP BY day, host
) GROUP BY day, status ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check said of a router; of one that could not be read, nothing was found."""

    status: str
    findings: tuple[Finding, ...]

    @property
    def is_judged(self) -> bool:
        """Tell whether a finding that is not here is gone."""
        return self.status in {"compliant", "drifted"}


@dataclass(frozen=True, slots=True)
class Spell:
    """One finding from when to when it was seen (UTC), without a check in between that missed it.

    One that comes again has a spell of its own.
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

    def record(self, run: str, time: str, checked: Mapping[str, Checked], oldest: str) -> None:
        """Keep what a check found, all or nothing; forget what was last seen before ``oldest``."""
        with self._connected(is_made=True) as database, database:
            database.execute("BEGIN IMMEDIATE")
            for host, each in checked.items():
                row = (run, host, time, each.status)
                database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", row)
                database.executemany(_SEEN, _rows(host, each.findings, time))
                if each.is_judged:
                    database.execute(_GONE, (host, time))
            database.execute("DELETE FROM results WHERE time < ?", (oldest,))
            database.execute("DELETE FROM findings WHERE is_gone AND last_seen < ?", (oldest,))

    def spells(self, *, host: str | None = None, rule: str | None = None) -> list[Spell]:
        """Return what was found, of one router or by one rule, the latest first."""
        if not self._path.exists():
            return []
        asked = "WHERE (?1 IS NULL OR host = ?1) AND (?2 IS NULL OR rule = ?2)"
        order = "ORDER BY is_gone, last_seen DESC, first_seen DESC, host"
        sql = f"SELECT {_WHAT}, first_seen, last_seen, is_gone FROM findings {asked} {order}"  # noqa: S608  # our own words
        with self._connected(is_made=False) as database:
            return [_spell(row) for row in database.execute(sql, (host, rule))]

    def past(self) -> Past:
        """Return all of it."""
        return Past(tuple(self.spells()), tuple(self.days()))

    def days(self) -> list[DayOfChecks]:
        """Return how the routers were, day by day."""
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
                self._prepare(database, is_made=is_made)
                yield database
        except sqlite3.Error as error:
            raise self._unusable(str(error)) from None
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be opened") from None

    def _prepare(self, database: sqlite3.Connection, *, is_made: bool) -> None:
        """See that the file is ours before anything of it is changed."""
        if is_made and _is_empty(database):
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("BEGIN IMMEDIATE")
            for statement in _TABLES.split(";") if _is_empty(database) else ():
                database.execute(statement)  # no other program was first
            database.execute("COMMIT")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            raise self._unusable(f"its version is {version}, ours {_VERSION}")

    def _unusable(self, reason: str) -> InputError:
        hint = "name another file, or move this one away: it is a cache"
        message = f"the findings of earlier checks cannot be used: {reason}"
        return InputError(Mistake(message, hint, str(self._path), key="database"))


def _is_empty(database: sqlite3.Connection) -> bool:
    (n_tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return (n_tables, version) == (0, 0)


def _rows(host: str, findings: Iterable[Finding], time: str) -> Iterator[tuple[str, ...]]:
    for each in findings:
        parents = json.dumps(each.parents)
        yield host, each.rule, each.severity, each.message, each.line, parents, time, time


def _spell(row: tuple[str, str, str, str, str, str, str, str, int]) -> Spell:
    *what, parents, first, last, is_gone = row
    host, rule, severity, message, line = map(str, what)
    above = tuple(json.loads(str(parents)))
    return Spell(host, rule, severity, message, line, above, str(first), str(last), bool(is_gone))
