"""A command of the operator's that hangs holds up no run, and is killed with what it started."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from knockdeploy.cli import notify
from knockdeploy.cli.notify import Notifier


def test_a_command_that_hangs_is_told_the_end_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "_WITHIN_S", 0.5)
    said: list[str] = []
    heard, ids = tmp_path / "heard", tmp_path / "ids"
    command = f"cat >> {heard}; echo >> {heard}; sleep 600 & echo $! >> {ids}; wait"
    notifier = Notifier(command, said.append)
    for event in ("canary", "batch 1", "batch 2"):
        notifier.tell({"event": event})
    notifier.tell({"event": "ended"}, is_last=True)
    notifier.close()
    assert heard.read_text().splitlines() == ['{"event": "canary"}', '{"event": "ended"}']
    assert said == [notify._HANGS] * 2  # noqa: SLF001
    assert not any(_runs(int(each)) for each in ids.read_text().split())


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_command_that_fails_is_told_of_the_next_stage_all_the_same(tmp_path: Path) -> None:
    said: list[str] = []
    notifier = Notifier(f"cat >> {tmp_path}/heard; exit 3", said.append)
    for event in ("canary", "batch 1"):
        notifier.tell({"event": event})
    notifier.close()
    assert (tmp_path / "heard").read_text() == '{"event": "canary"}{"event": "batch 1"}'
    assert said == ["--notify: the command ended with 3"] * 2
