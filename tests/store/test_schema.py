"""Databases of other versions, and a writer that dies: nothing that was kept is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import InputError
from knockdeploy.store import schema
from knockdeploy.store.findings import Checked, FindingsStore

# What version 1 wrote, as it wrote it.
VERSION_1 = """
CREATE TABLE results (run TEXT, host TEXT, time TEXT, status TEXT, PRIMARY KEY (run, host));
CREATE INDEX results_time ON results (time);
CREATE TABLE findings (
  host TEXT, rule TEXT, severity TEXT, message TEXT, line TEXT, parents TEXT,
  first_seen TEXT, last_seen TEXT, is_gone INTEGER DEFAULT 0
);
CREATE UNIQUE INDEX findings_now ON findings (host, rule, severity, message, line, parents)
  WHERE NOT is_gone;
CREATE INDEX findings_rule ON findings (rule);
PRAGMA user_version = 1;
INSERT INTO results VALUES
  ('a', 'r1', '2026-01-01T06:00:00.000+00:00', 'drifted'),
  ('b', 'r1', '2026-01-01T18:00:00.000+00:00', 'compliant'),
  ('a', 'r2', '2026-01-01T06:00:00.000+00:00', 'failed'),
  ('c', 'r1', '2026-01-02T06:00:00.000+00:00', 'drifted');
INSERT INTO findings VALUES
  ('r1', 'applet', 'error', 'is missing', 'event manager applet E', '[]',
   '2026-01-02T06:00:00.000+00:00', '2026-01-02T06:00:00.000+00:00', 0);
"""
LOST = Finding("applet", "error", "is missing", "event manager applet E", ())
N_HOSTS = 300
WRITER = """
import sys
from pathlib import Path
from knockdeploy.compliance.findings import Finding
from knockdeploy.store.findings import Checked, FindingsStore
store, first = FindingsStore(Path(sys.argv[1])), int(sys.argv[2])
for day in range(first, 1000):
    found = Finding("applet", "error", f"of day {day}")
    date = f"2026-{day // 28 + 1:02}-{day % 28 + 1:02}"
    each = {f"r{n}": Checked("drifted", (found,)) for n in range(int(sys.argv[3]))}
    store.record(f"{date}T06:00:00.000+00:00", each.items(), "")
    print(date, flush=True)
"""


@pytest.fixture
def database_of_version_1(tmp_path: Path) -> Path:
    path = tmp_path / "knockdeploy.db"
    with sqlite3.connect(path) as database:
        database.executescript(VERSION_1)
    database.close()
    return path


def version(path: Path) -> int:
    with sqlite3.connect(path) as database:
        (number,) = database.execute("PRAGMA user_version").fetchone()
    database.close()
    return int(number)


def test_what_the_version_before_kept_is_brought_along(database_of_version_1: Path) -> None:
    store = FindingsStore(database_of_version_1)
    assert [(each.date, dict(each.statuses)) for each in store.days()] == [
        ("2026-01-01", {"compliant": 1, "failed": 1}),
        ("2026-01-02", {"drifted": 1}),
    ]
    assert version(database_of_version_1) == schema.VERSION
    store.record("2026-01-03T06:00:00.000+00:00", [("r1", Checked("drifted", (LOST,)))], "")
    (spell,) = store.spells()
    assert (spell.first_seen[:10], spell.last_seen[:10]) == ("2026-01-02", "2026-01-03")


def test_programs_that_begin_with_a_new_database_at_once_wait_for_each_other(
    tmp_path: Path,
) -> None:
    path = tmp_path / "knockdeploy.db"
    first, second = (sqlite3.connect(path, timeout=0, isolation_level=None) for _ in range(2))
    with closing(first), closing(second):
        first.execute("BEGIN IMMEDIATE")
        second.set_trace_callback(lambda said: first.rollback() if "BEGIN" in said else None)
        schema.prepare(second, is_made=True)
    assert version(path) == schema.VERSION


def test_a_change_of_the_tables_that_fails_leaves_them_as_they_were(
    database_of_version_1: Path,
) -> None:
    def rows() -> list[str]:
        with sqlite3.connect(database_of_version_1) as database:
            said = list(database.iterdump())
        database.close()
        return said

    before = rows()
    broken = {1: schema._BECOMES[1] + "SELECT * FROM nothing"}  # noqa: S608, SLF001
    with mock.patch.object(schema, "_BECOMES", broken), pytest.raises(InputError, match="nothing"):
        FindingsStore(database_of_version_1).spells()
    assert rows() == before
    assert version(database_of_version_1) == 1
    assert len(FindingsStore(database_of_version_1).days()) == 2


def test_a_database_that_is_only_read_is_made_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    with sqlite3.connect(path, isolation_level=None) as database:
        with pytest.raises(sqlite3.DatabaseError, match="something else"):
            schema.prepare(database, is_made=False)
        assert list(database.iterdump()) == ["BEGIN TRANSACTION;", "COMMIT;"]
    database.close()


def test_killed_while_it_writes_nothing_is_lost_and_nothing_is_half(tmp_path: Path) -> None:
    path, told = tmp_path / "knockdeploy.db", list[str]()
    n_kills = int(os.environ.get("KNOCKDEPLOY_INSTANTS", "4"))
    for kill in range(n_kills):
        words = [sys.executable, "-c", WRITER, str(path), str(len(told)), str(N_HOSTS)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603
            assert writer.stdout
            told.append(writer.stdout.readline().strip())
            time.sleep(0.04 * kill / n_kills)  # an instant of its own within the writes that follow
            writer.kill()
            told += writer.stdout.read().split()
        with sqlite3.connect(path) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
        days = {each.date: sum(each.statuses.values()) for each in FindingsStore(path).days()}
        assert set(told) <= set(days)
        assert set(days.values()) == {N_HOSTS}
        spells = FindingsStore(path).spells(host="r7")
        assert {each.first_seen[:10] for each in spells} == set(days)
        told = sorted(days)  # the last may have been kept and not told
