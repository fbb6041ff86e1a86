from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from knockdeploy.errors import InputError
from knockdeploy.store.planfile import SavedPlan, refuse_foreign, save_plan


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
