"""Turns in processes of their own: told, journaled and stopped as in threads."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from e2e.support import STRICT, command_line, knockdeploy, lab, process, roll, snapshot
from e2e.watched import eventually, start

from knockdeploy.lab.faults import Faults

pytestmark = pytest.mark.lab
DEPLOY = ("deploy", "--yes", "--no-proof", "--json")


def test_routers_are_changed_by_processes() -> None:
    with lab(4, kind=STRICT) as running:
        roll(running, workers="processes")
        running.routers["r3"].faults = Faults(refuse_line=5)
        ran = process(running, *DEPLOY, "-v")
        assert ran.status == 1, ran.err
        assert ran.document["summary"] == {"deployed": 3, "rolled-back": 1}
        assert ran.host("r3")["error"]["kind"] == "refused-line"
        assert "r1: reading" in ran.err
        assert "logged in" in ran.err  # what a worker logs
        run = ran.document["run"]
        shown = knockdeploy(running, "show", run, "--json").host("r1")
        assert [each["event"] for each in shown["events"]][-1] == "saved"


def children(pid: int) -> set[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return set(map(int, found.split()))


def test_routers_of_a_process_that_dies_are_told_and_go_back_by_themselves() -> None:
    with lab(2, kind=STRICT) as running:
        roll(running, workers="processes")
        for machine in running.routers.values():
            machine.faults = Faults(hang_line=50)
        client = start(command_line(running, *DEPLOY))
        try:
            eventually(lambda: all(m.box.n_lines == 50 for m in running.routers.values()))
            for child in children(client.pid):
                os.kill(child, signal.SIGKILL)
            out, err = client.communicate(timeout=300)
        finally:
            client.kill()
        assert client.returncode == 1, err
        hosts = json.loads(out)["hosts"]
        for name in running.routers:
            assert snapshot(running, name).is_pending
            assert (hosts[name]["status"], hosts[name]["state"]) == ("failed", "reverting")
            assert hosts[name]["error"]["kind"] == "interrupted"
            assert "it reverts by itself at" in hosts[name]["error"]["message"]


def test_processes_end_with_whoever_started_them() -> None:
    with lab(kind=STRICT) as running:
        roll(running, workers="processes")
        running.routers["r1"].faults = Faults(hang_line=50)
        client = start(command_line(running, *DEPLOY))
        try:
            eventually(lambda: running.routers["r1"].box.n_lines == 50)
            workers = children(client.pid)
            assert workers
        finally:
            client.kill()
            client.communicate()
        eventually(lambda: not any(Path(f"/proc/{each}").exists() for each in workers))
        eventually(lambda: not running.routers["r1"].n_sessions)
