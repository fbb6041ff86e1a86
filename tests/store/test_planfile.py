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


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    sent = (Command("ip access-list extended X", phase=Phase.OPEN), Command("no 10", ("a", "b")))
    hosts = {
        'r "1"': Planned("intent", "running", "positions", sent, "2 lines", "+ a\n"),
        "r2": Planned("intent", "running", "positions", (), "", ""),
    }
    plan = SavedPlan("20260301T120000Z-beef", "2026-03-01T12:00:00.000Z", "jane", hosts)
    save_plan(file, plan)
    assert load_plan(file) == plan
    data = json.loads(file.read_text())
    assert [*data["hosts"]] == [*hosts]
    save_plan(file, replace(plan, hosts={}))
    assert json.loads(file.read_text()) == data | {"hosts": {}}


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
