"""Runs as they are kept: whole or not at all, for their owner alone, found by how they begin."""

from __future__ import annotations

import errno
import gzip
import json
import os
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knockdeploy.errors import InputError
from knockdeploy.store.before import Before
from knockdeploy.store.journal import Event, event_line
from knockdeploy.store.run_names import new_name
from knockdeploy.store.runs import Run, Runs
from knockdeploy.store.state import StateDir

OLD, NEW, NEWER = "20261121T101112Z-00ff", "20261122T101112Z-a1b2", "20261122T111111Z-0000"
BEFORE = Before("hostname r1\nend\n", "hostname old\nend\n", {"ACL_WAN": (10, 25)})


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path / "state")


def test_a_configuration_comes_back_as_it_was(state: StateDir) -> None:
    Run(state, NEW).keep_before("r1/../x Zürich", BEFORE)
    run = Runs(state).open(NEW)
    assert run.hosts == ("r1/../x Zürich",)
    assert run.before("r1/../x Zürich") == BEFORE
    (file,) = (state.path / "runs" / NEW).iterdir()
    assert json.loads(gzip.decompress(file.read_bytes()))["running"] == BEFORE.running


def test_run_that_is_resumed_keeps_what_a_router_was_like_before_its_first_line(
    state: StateDir,
) -> None:
    """`rollback --run` gives that back, not the half of a change that the first start left."""
    run = Run(state, NEW)
    run.keep_before("r1", BEFORE)
    Run(state, NEW).keep_before("r1", Before("hostname r1\nip cef\nend\n", ""))
    assert run.before("r1") == BEFORE


def test_what_is_kept_is_for_its_owner_alone(state: StateDir) -> None:
    run = Run(state, NEW)
    run.begin("deploy", ["r1"])
    run.keep_before("r1", BEFORE)
    run.note("r1", Event.READ)
    run.finish({"hosts": {}})
    for path in (state.path, *state.path.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_backup_is_on_the_disk_before_anything_else_is_done(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    run = Run(state, NEW)
    run.keep_before("r1", BEFORE)
    assert str(state.path / "runs" / NEW) in synced  # the folder, after the file
    assert len(synced) >= 2
    run.note("r1", Event.ARMED)
    assert synced[-1].endswith("events.jsonl")


def test_routers_in_flight_wait_for_the_disk_together(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = threading.Barrier(2)
    run = Run(state, NEW)
    run.note("r1", Event.BEGUN)
    monkeypatch.setattr(os, "fsync", lambda _: met.wait(timeout=60))
    with ThreadPoolExecutor(2) as two:
        noted = two.map(run.note, ("r1", "r2"), (Event.READ, Event.BEGUN))
    assert list(noted) == [None, None]  # neither waited until the other's line was on the disk


def test_a_full_disk_is_a_sentence_and_leaves_no_half(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    run = Run(state, NEW)
    with pytest.raises(InputError, match=r"No space left on device.*make room"):
        run.keep_before("r1", BEFORE)
    assert run.hosts == ()
    assert "No space left" in (run.note("r1", Event.ARMED) or "")


def test_a_disk_that_fills_up_has_room_for_those_in_flight(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, reserve = Run(state, NEW), state.path / "runs" / NEW / "reserve"
    with run.under_way(2):
        assert reserve.exists()
        fsync = os.fsync

        def full_but_for_the_reserve(handle: int) -> None:
            if reserve.exists():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            fsync(handle)

        monkeypatch.setattr(os, "fsync", full_but_for_the_reserve)
        run.keep_before("r1", BEFORE)
        assert run.is_short_of_room
        assert run.note("r1", Event.CONFIRMING) is None
        assert run.before("r1") == BEFORE
    monkeypatch.undo()
    with Run(state, NEW).under_way(2):
        assert reserve.stat().st_size > 2 * 10_000
    assert not reserve.exists()


def test_what_a_disk_takes_in_part_was_not_noted_and_spoils_nothing(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(state, NEW)
    run.note("r1", Event.BEGUN)
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:20]))
    assert "No space left" in (run.note("r1", Event.ARMED) or "")
    monkeypatch.undo()
    run.note("r1", Event.SAVED)
    assert [each.event for each in run.events] == ["begun", "saved"]


@pytest.mark.parametrize("n_lost", [1, 2, 40])
def test_a_line_that_was_cut_short_takes_no_later_one_with_it(state: StateDir, n_lost: int) -> None:
    run, journal = Run(state, NEW), state.path / "runs" / NEW / "events.jsonl"
    run.note("r1", Event.BEGUN)
    run.note("r2", Event.BEGUN)
    journal.write_bytes(journal.read_bytes()[:-n_lost])
    run.note("r1", Event.ARMED)
    run.note("r2", Event.ARMED)
    first, *cut, last, latest = [(each.host, each.event) for each in run.events]
    assert (first, last, latest) == (("r1", "begun"), ("r1", "armed"), ("r2", "armed"))
    assert cut == [("r2", "begun")] * (n_lost == 1)


def test_events_of_many_threads_stay_whole_and_each_in_its_order(state: StateDir) -> None:
    run = Run(state, NEW)

    def change(host: str) -> None:
        for event in Event:
            assert run.note(host, event) is None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, [f"r{k}" for k in range(8)]))
    for k in range(8):
        assert [each.event for each in run.events if each.host == f"r{k}"] == list(Event)


def test_a_line_that_was_cut_short_was_not_noted(state: StateDir) -> None:
    run = Run(state, NEW)
    run.note("r1", Event.READ)
    with (state.path / "runs" / NEW / "events.jsonl").open("a") as stream:
        stream.write('{"time": "2026-11-22T10:11:12.131Z", "ho')
    assert [each.event for each in run.events] == ["read"]


def test_a_run_that_was_cut_short_tells_what_it_knows(state: StateDir) -> None:
    run = Run(state, NEW)
    assert (run.about.command, run.about.hosts, run.result) == ("unknown", (), None)
    run.begin("deploy", ["r1", "r2"])
    assert (run.about.command, run.about.hosts) == ("deploy", ("r1", "r2"))
    assert run.about.started.endswith("Z")
    assert "@" in run.about.who


def test_runs_are_found_by_how_they_begin_the_newest_first(state: StateDir) -> None:
    assert Runs(state).names() == []
    for name in (NEW, OLD, NEWER):
        Run(state, name).begin("deploy", [])
    (state.path / "runs" / "notes").mkdir()
    assert Runs(state).names() == [NEWER, NEW, OLD]
    assert Runs(state).open("20261121").name == OLD
    for prefix, words in (("20261122", "2 runs begin with"), ("", "there is no run"), ("..", "no")):
        with pytest.raises(InputError, match=words):
            Runs(state).open(prefix)
    with pytest.raises(InputError, match=f"did you mean {NEW}"):
        Runs(state).open(NEW[:-1] + "3")


def test_a_file_named_like_a_run_is_none(state: StateDir) -> None:
    Run(state, NEW).begin("deploy", ["r1"])
    (state.path / "runs" / OLD).write_text("notes")
    assert Runs(state).names() == [NEW]
    assert Runs(state).open("latest").about.hosts == ("r1",)


def test_a_run_of_somebody_else_stops_no_list(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (OLD, NEW):
        Run(state, name).begin("deploy", ["r1"])
    inside, real = state.path / "runs" / OLD, Path.iterdir

    def iterdir(folder: Path) -> Iterator[Path]:
        if folder == inside:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return iter(real(folder))

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert Runs(state).names() == [NEW, OLD]


def test_names_of_runs_sort_as_they_began() -> None:
    names = []
    for _ in range(20):
        names.append(new_name())
        time.sleep(0.00002)  # longer than the last digit of a name
    assert names == sorted(names)


def test_of_two_runs_that_begin_at_one_instant_each_has_its_own_name(state: StateDir) -> None:
    """Two deployments that a script starts together; neither is refused as under way."""
    first, second = (Runs(state).begin(NEW, "deploy", [host]) for host in ("r1", "r2"))
    assert first.name == NEW
    assert second.name > NEW
    assert [run.about.hosts for run in (first, second)] == [("r1",), ("r2",)]
    with first.under_way(1), second.under_way(1):
        assert Runs(state).names() == [second.name, NEW]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f\x8b", gzip.compress(b"[]", mtime=0), gzip.compress(b"{}", mtime=0), b"{}"],
)
def test_damaged_files_are_named(state: StateDir, content: bytes) -> None:
    run = Run(state, NEW)
    run.begin("deploy", [])
    for name in ("r1.before", "about.json"):
        (state.path / "runs" / NEW / name).write_bytes(content)
    with pytest.raises(InputError, match=r"r1\.before: the file is damaged \(.*`remove`"):
        run.before("r1")
    with pytest.raises(InputError, match=r"about\.json: the file is damaged \(begin a new run"):
        _ = run.about
    with pytest.raises(InputError, match=r"has no configuration of 'r2' \(known are r1\)"):
        run.before("r2")


def test_a_run_that_begins_again_is_not_asked_to_stop_any_more(state: StateDir) -> None:
    run = Run(state, NEW)
    run.ask_to_stop()
    with run.under_way(1):
        assert not run.is_asked_to_stop


def test_a_run_that_sent_nothing_has_nothing_of_any_router(state: StateDir) -> None:
    run = Run(state, NEW)
    run.begin("deploy", [])
    with pytest.raises(InputError, match=r"has no configuration of 'r2' \(no line was sent to any"):
        run.before("r2")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("result.json", "[" * 100_000),
        ("result.json", '{"hosts": [1]}'),
        ("result.json", '{"hosts": {"r1": 5}}'),
        ("result.json", '{"hosts": {"r1": {"error": null}}}'),
        ("result.json", '{"hosts": {"r1": {"status": "failed", "error": {"kind": 4}}}}'),
        ("result.json", '{"hosts": {"r1": {"status": "failed", "error": "no answer"}}}'),
        ("about.json", '{"hosts": ["r1"]}'),
        ("about.json", '{"command": [], "started": 5, "who": {}, "hosts": [1]}'),
    ],
)
def test_documents_of_another_shape_are_named(state: StateDir, file: str, text: str) -> None:
    run = Run(state, NEW)
    run.begin("deploy", ["r1"])
    (state.path / "runs" / NEW / file).write_text(text)
    with pytest.raises(InputError, match=rf"{NEW}/{file}: the file is damaged"):
        _ = run.about, run.result


def test_events_of_another_shape_were_not(state: StateDir) -> None:
    run = Run(state, NEW)
    run.note("r1", Event.READ)
    with (state.path / "runs" / NEW / "events.jsonl").open("a") as stream:
        stream.write('{"time": 1, "host": [], "event": {}}\n')
    assert [each.host for each in run.events] == ["r1"]


def test_a_run_that_nothing_tells_of_began_when_its_name_says(state: StateDir) -> None:
    # a1b2 is 41394 of the 65536 parts of a second: docs/json.md, `run`
    assert Run(state, NEW).began == "2026-11-22T10:11:12.631Z"
    assert Run(state, NEWER).began == "2026-11-22T11:11:11.000Z"


def test_a_line_of_the_journal_has_when_the_router_goes_back_where_it_will() -> None:
    saved, armed = event_line("r1", Event.SAVED), event_line("r1", Event.ARMED, "2026-11-27")
    assert json.loads(saved).keys() == {"time", "host", "event"}
    assert json.loads(armed)["reverts"] == "2026-11-27"
