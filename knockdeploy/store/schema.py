"""The tables of the database of findings, and how those of earlier versions are upgraded."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Final

VERSION: Final = 3
_RESULTS: Final = """
CREATE TABLE results (
  day TEXT, host TEXT, time TEXT, status TEXT, PRIMARY KEY (day, host)
) WITHOUT ROWID;
"""
_TABLES: Final = f"""{_RESULTS}
CREATE TABLE findings (
  host TEXT, rule TEXT, severity TEXT, message TEXT, line TEXT, parents TEXT,
  first_seen TEXT, last_seen TEXT, is_gone INTEGER DEFAULT 0, waiver TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX findings_now ON findings (host, rule, severity, message, line, parents)
  WHERE NOT is_gone;
CREATE INDEX findings_rule ON findings (rule);
"""
# 1: each result of each run was kept, though a trend asks for the last of a day alone. With max(),
# SQLite takes the other columns from the row that has it.
# 2: what a waiver says was part of the message, and the severity was info.
_BECOMES: Final = {
    1: f"""
ALTER TABLE results RENAME TO former;
{_RESULTS}
INSERT INTO results (day, host, time, status)
  SELECT substr(time, 1, 10) AS day, host, max(time), status FROM former GROUP BY day, host;
DROP TABLE former;
""",  # noqa: S608  # our own words
    2: "ALTER TABLE findings ADD COLUMN waiver TEXT NOT NULL DEFAULT ''",
}
"""By version: what makes the next one of it."""


def prepare(database: sqlite3.Connection, *, is_made: bool) -> None:
    """See that the tables are ours; make them where ``is_made``, and bring older ones up to date.

    All of it is done, or nothing.

    Raises:
        sqlite3.Error: they are something else's, or a newer version's; or it cannot be read or
            written.
    """
    if is_made and _is_empty(database):
        with suppress(sqlite3.OperationalError):  # it waits for nobody: another program does it
            database.execute("PRAGMA journal_mode = WAL")
    version = _version(database)
    if version in _BECOMES or (is_made and version == 0):
        _bring_up_to_date(database)
        version = _version(database)
    if version > VERSION:
        msg = f"its version is {version}, of a newer knockdeploy; ours is {VERSION}"
        raise sqlite3.DatabaseError(msg)
    if version != VERSION:
        msg = f"its version is {version}, ours {VERSION}: it is something else"
        raise sqlite3.DatabaseError(msg)


def _bring_up_to_date(database: sqlite3.Connection) -> None:
    with database:
        database.execute("BEGIN IMMEDIATE")  # no other program is at it
        version = _version(database)
        if version in _BECOMES:
            for each in range(version, VERSION):
                _run(database, _BECOMES[each])
        elif _is_empty(database):
            _run(database, _TABLES)
        else:  # another program was quicker, or it is something else's
            return
        database.execute(f"PRAGMA user_version = {VERSION}")


def _run(database: sqlite3.Connection, script: str) -> None:
    """Run statements within the transaction, which `executescript` would commit first."""
    for statement in script.split(";"):
        database.execute(statement)


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def _is_empty(database: sqlite3.Connection) -> bool:
    (n_tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return n_tables == 0 and _version(database) == 0
