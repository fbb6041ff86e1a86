"""A command of the operator's that hangs holds up no run, and is killed with what it started."""

from __future__ import annotations

import os
import select
import subprocess
from pathlib import Path

import pytest

from knockdeploy.cli import notify
from knockdeploy.cli.notify import Notifier


def test_a_command_that_hangs_is_told_the_end_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    heard, ids = tmp_path / "heard", tmp_path / "ids"
    ids.touch()
    communicate = subprocess.Popen.communicate

    def until_it_hangs(process: subprocess.Popen[bytes], told: bytes, timeout: float) -> object:
        n_hang, given = len(ids.read_text().split()), told or None
        while True:
            try:
                return communicate(process, given, timeout=0.05)
            except subprocess.TimeoutExpired:
                if len(ids.read_text().split()) > n_hang:
                    raise
            given = None  # it goes on with what it was given

    monkeypatch.setattr(subprocess.Popen, "communicate", until_it_hangs)
    command = f"cat >> {heard}; echo >> {heard}; sleep 600 & echo $! >> {ids}; wait"
    notifier = Notifier(command, said.append)
    for event in ("canary", "batch 1", "batch 2"):
        notifier.tell({"event": event})
    notifier.tell({"event": "ended"}, is_last=True)
    notifier.close()
    assert heard.read_text().splitlines() == ['{"event": "canary"}', '{"event": "ended"}']
    assert said == [notify._HANGS] * 2  # noqa: SLF001
    assert all(_ends(int(each)) for each in ids.read_text().split())


def _ends(pid: int) -> bool:
    """Wait for the end of a process that was killed: the kernel takes a moment."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 60)[0])
    finally:
        os.close(process)


def test_a_command_that_fails_is_told_of_the_next_stage_all_the_same(tmp_path: Path) -> None:
    said: list[str] = []
    notifier = Notifier(f"cat >> {tmp_path}/heard; exit 3", said.append)
    for event in ("canary", "batch 1"):
        notifier.tell({"event": event})
    notifier.close()
    assert (tmp_path / "heard").read_text() == '{"event": "canary"}{"event": "batch 1"}'
    assert said == ["--notify: the command ended with 3"] * 2
