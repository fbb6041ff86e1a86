from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from knockdeploy.command import Command, Phase
from knockdeploy.errors import InputError
from knockdeploy.store.planfile import Planned, SavedPlan, load_plan, refuse_foreign, save_plan


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a plan file"):
        refuse_foreign(tmp_path / "pipe")


def test_a_full_disk_leaves_the_plan_of_before_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plan.json"
    plan = SavedPlan("20260301T120000Z-beef", "", "jane", {})
    save_plan(file, plan)
    before = file.read_text()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"No space left on device.*make room"):
        save_plan(file, replace(plan, who="joe"))
    assert file.read_text() == before
    assert list(tmp_path.iterdir()) == [file]


SENT = (Command("ip access-list extended X", phase=Phase.OPEN), Command("no 10", ("a", "b")))
HOSTS = {
    'r "1"\n': Planned("intent", "running", "positions", SENT, "2 lines", "+ a\n"),
    "r2": Planned("intent", "running", "positions", (), "", ""),
}
PLAN = SavedPlan("20260301T120000Z-beef", "2026-03-01T12:00:00.000Z", "jane", HOSTS)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    save_plan(file, PLAN)
    assert load_plan(file) == PLAN
    data = json.loads(file.read_text())
    assert [*data["hosts"]] == [*HOSTS]
    save_plan(file, replace(PLAN, hosts={}))
    assert json.loads(file.read_text()) == data | {"hosts": {}}
    with pytest.raises(InputError, match="has no host"):
        load_plan(file)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_plan_in_other_lines_is_the_same(tmp_path: Path, indent: int | None) -> None:
    """As earlier versions wrote it, or as another program prints it."""
    file = tmp_path / "plan.json"
    save_plan(file, PLAN)
    file.write_text(json.dumps(json.loads(file.read_text()), indent=indent))
    assert load_plan(file) == PLAN


def test_a_plan_without_its_last_line_break_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    save_plan(file, PLAN)
    file.write_bytes(file.read_bytes().rstrip())
    assert load_plan(file) == PLAN


def test_a_plan_that_was_cut_short_or_has_more_behind_it_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    save_plan(file, PLAN)
    whole = file.read_bytes()
    assert whole.count(b"\n") == 4  # what it is, two routers, the end
    for damaged in (*(whole[:n] for n in range(len(whole) - 1)), whole + b"{}"):
        file.write_bytes(damaged)
        with pytest.raises(InputError, match=r"damaged or cut short|is not a plan file"):
            load_plan(file)


@pytest.mark.parametrize(
    "other",
    [
        Command("permit 1", ("a",), alone=False),
        Command("permit 1", ("b",), alone=True),
        Command("permit 1", ("a",), Phase.CLOSE, alone=True),
        Command("permit 2", ("a",), alone=True),
    ],
)
def test_another_line_or_another_way_to_send_it_is_another_plan(other: Command) -> None:
    agreed, now = (
        Planned("intent", "running", "positions", (Command("x"), each)).digest
        for each in (Command("permit 1", ("a",), alone=True), other)
    )
    assert agreed.other_than(agreed) is None
    assert agreed.other_than(now) == "what would be sent"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": "knockdeploy/planfile/0"}, "was written by another version"),
        ({"schema": "somebody/planfile/1"}, "is not a plan file"),
        ({"schema": None}, "is not a plan file"),
        ({"run": 5}, "is damaged or cut short"),
        ({"made": None}, "is damaged or cut short"),
        ({"who": ["jane"]}, "is damaged or cut short"),
        ({"hosts": {"r2": {"commands": []}}}, "is damaged or cut short"),
        ({"hosts": {"r2": 5}}, "is damaged or cut short"),
    ],
)
def test_what_is_no_plan_of_ours_is_told_as_what_it_is(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    file = tmp_path / "plan.json"
    save_plan(file, PLAN)
    data = json.loads(file.read_text())
    kind = str(data["schema"]).rpartition("/")[0]
    if "0" in str(change.get("schema")):
        change = {"schema": f"{kind}/0"}
    file.write_text(json.dumps(data | change, indent=2))
    with pytest.raises(InputError, match=says):
        load_plan(file)
