"""Findings over time: nothing is lost, and no file that is not ours is touched."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import InputError
from knockdeploy.store.findings import Checked, FindingsStore

HOLE = Finding("access-list", "error", "does not belong there", "permit tcp any any", ("A",))
LOST = Finding("applet", "error", "is missing", "event manager applet E", ())


def day(number: int) -> str:
    return f"2026-01-{number:02}T06:00:00+00:00"


@pytest.fixture
def store(tmp_path: Path) -> FindingsStore:
    return FindingsStore(tmp_path / "state/knockdeploy.db")


def see(store: FindingsStore, number: int, *found: Finding, host: str = "r1") -> None:
    status = "drifted" if found else "compliant"
    store.record(f"run-{number}", day(number), {host: Checked(status, found)}, oldest=day(1))


def seen(store: FindingsStore, rule: str) -> list[tuple[str, str, bool]]:
    return [(each.first_seen, each.last_seen, each.is_gone) for each in store.spells(rule=rule)]


def test_a_finding_has_its_first_and_its_last_day_and_may_come_again(store: FindingsStore) -> None:
    see(store, 1, HOLE, LOST)
    see(store, 2, HOLE, LOST)
    see(store, 3, HOLE)
    see(store, 4, HOLE, LOST)
    assert seen(store, "access-list") == [(day(1), day(4), False)]
    assert seen(store, "applet") == [(day(4), day(4), False), (day(1), day(2), True)]
    (hole,) = store.spells(host="r1", rule="access-list")
    assert (hole.line, hole.parents) == (HOLE.line, HOLE.parents)
    assert store.spells(host="r2") == []


def test_of_a_router_that_could_not_be_read_nothing_is_gone(store: FindingsStore) -> None:
    see(store, 1, HOLE)
    store.record("run-2", day(2), {"r1": Checked("failed", ())}, oldest=day(1))
    see(store, 3, HOLE)
    assert seen(store, "access-list") == [(day(1), day(3), False)]


def test_what_is_gone_is_forgotten_in_time_what_is_there_is_not(store: FindingsStore) -> None:
    see(store, 1, HOLE, LOST)
    see(store, 2, HOLE)
    store.record("run-3", day(3), {"r2": Checked("compliant", ())}, oldest=day(2))
    assert seen(store, "applet") == []
    assert seen(store, "access-list") == [(day(1), day(2), False)]


def test_runs_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "knockdeploy.db"
    writers = [
        threading.Thread(target=see, args=(FindingsStore(path), 1, HOLE), kwargs={"host": f"r{n}"})
        for n in range(20)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert {each.host for each in FindingsStore(path).spells()} == {f"r{n}" for n in range(20)}


def test_the_files_are_for_their_owner_alone(store: FindingsStore, tmp_path: Path) -> None:
    see(store, 1, HOLE)
    with sqlite3.connect(tmp_path / "state/knockdeploy.db") as reader:  # keeps the journal there
        reader.execute("SELECT * FROM results")
        see(store, 2, HOLE)
        files = list((tmp_path / "state").iterdir())
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    reader.close()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("PRAGMA user_version = 2", "its version is 2, ours 1"),
        ("CREATE TABLE theirs (a)", "its version is 0, ours 1"),
        (None, "file is not a database"),
    ],
)
def test_what_is_not_ours_is_named_and_stays_as_it_is(
    tmp_path: Path, made: str | None, said: str
) -> None:
    path = tmp_path / "knockdeploy.db"
    if made is None:
        path.write_bytes(b"something else " * 100)
    else:
        with sqlite3.connect(path) as other:
            other.execute(made)
        other.close()
    before = path.read_bytes()
    for using in (lambda: see(FindingsStore(path), 1, HOLE), FindingsStore(path).spells):
        with pytest.raises(InputError) as refused:
            using()
        assert said in str(refused.value)
        assert str(path) in str(refused.value)
    assert path.read_bytes() == before
