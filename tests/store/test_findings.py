"""Findings over time: nothing is lost, and no file that is not ours is touched."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from knockdeploy.compliance.findings import Finding, Waived
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
    store.record(day(number), [(host, Checked(status, found))], oldest=day(1))


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


def test_a_finding_is_the_same_before_under_and_after_a_waiver(store: FindingsStore) -> None:
    said = f"{HOLE.message} (waived until 2027-03-31: agreed)"
    under = Waived(HOLE.rule, "info", said, HOLE.line, HOLE.parents, original=HOLE)
    see(store, 1, HOLE)
    see(store, 2, under)
    (spell,) = store.spells(rule=HOLE.rule)
    assert (spell.severity, spell.message, spell.line) == ("info", said, HOLE.line)
    assert (spell.first_seen, spell.last_seen, spell.times) == (day(1), day(2), 1)
    see(store, 3, HOLE)
    (spell,) = store.spells(rule=HOLE.rule)
    assert (spell.severity, spell.message) == ("error", HOLE.message)
    assert (spell.first_seen, spell.last_seen, spell.is_gone) == (day(1), day(3), False)


def test_a_finding_that_comes_and_goes_does_so_under_a_waiver_too(store: FindingsStore) -> None:
    said = f"{HOLE.message} (waived until 2027-03-31: agreed)"
    under = Waived(HOLE.rule, "info", said, HOLE.line, HOLE.parents, original=HOLE)
    for number, found in enumerate((HOLE, None, under, None, HOLE), start=1):
        see(store, number, *filter(None, (found,)))
    assert [each.times for each in store.spells(rule=HOLE.rule)] == [3, 2, 1]


def test_of_a_router_that_could_not_be_read_nothing_is_gone(store: FindingsStore) -> None:
    see(store, 1, HOLE)
    store.record(day(2), [("r1", Checked("failed", ()))], oldest=day(1))
    see(store, 3, HOLE)
    assert seen(store, "access-list") == [(day(1), day(3), False)]


def test_what_is_gone_is_forgotten_in_time_what_is_there_is_not(store: FindingsStore) -> None:
    see(store, 1, HOLE, LOST)
    see(store, 2, HOLE)
    store.record(day(3), [("r2", Checked("compliant", ()))], oldest=day(2))
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
        ("PRAGMA user_version = 4", "its version is 4, of a newer knockdeploy; ours is 3"),
        ("CREATE TABLE theirs (a)", "its version is 0, ours 3: it is something else"),
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


def test_a_finding_that_comes_and_goes_is_told_as_often_as_it_came(store: FindingsStore) -> None:
    for number in range(1, 8):
        see(store, number, *((HOLE, LOST) if number % 2 else (LOST,)))
    (lost,) = store.spells(rule="applet")
    assert (lost.times, lost.is_flapping) == (1, False)
    holes = store.spells(rule="access-list")
    assert [(each.times, each.is_flapping) for each in holes] == [
        (4, True), (3, True), (2, False), (1, False),
    ]  # fmt: skip
    see(store, 8)
    store.record("2026-03-20T06:00:00.000+00:00", [("r1", Checked("drifted", (HOLE,)))], day(1))
    latest = store.spells(rule="access-list")[0]
    assert (latest.first_seen[:7], latest.times) == ("2026-03", 1)


@pytest.mark.parametrize(("again", "times"), [("01-31", 2), ("02-01", 1)])
def test_times_are_those_of_the_thirty_days_before_it_was_last_seen(
    store: FindingsStore, again: str, times: int
) -> None:
    for date, found in (("01-01", (HOLE,)), ("01-02", ()), (again, (HOLE,))):
        status = "drifted" if found else "compliant"
        store.record(f"2026-{date}T06:00:00.000+00:00", [("r1", Checked(status, found))], day(1))
    assert store.spells(rule="access-list")[0].times == times


def test_the_last_check_of_a_day_counts_however_many_there_were(store: FindingsStore) -> None:
    for hour, status in ((6, "drifted"), (12, "failed"), (18, "compliant"), (9, "failed")):
        store.record(f"2026-01-01T{hour:02}:00:00.000+00:00", [("r1", Checked(status, ()))], "")
    assert [(each.date, each.statuses) for each in store.days()] == [
        ("2026-01-01", {"compliant": 1})
    ]
