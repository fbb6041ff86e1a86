"""Ctrl-C, SIGTERM, and a terminal that is gone."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

import psutil
import pytest
from commandline import Ran, free_base_port

from knockdeploy.lab import addresses
from knockdeploy.lab.faults import Faults

from .support import (
    STRICT,
    as_typed,
    at_line,
    at_once,
    command_line,
    knockdeploy,
    lab,
    snapshot,
    typed,
)
from .watched import eventually, finish, held, interrupted, start

pytestmark = pytest.mark.lab


def interrupted_twice(client: subprocess.Popen[str]) -> Ran:
    """Press Ctrl-C, and once more when the first is answered: two at once are one to the system."""
    said = interrupted(client)
    client.send_signal(signal.SIGINT)
    ran = finish(client)
    return replace(ran, err=said + ran.err)


def test_ctrl_c_finishes_the_router_in_flight_and_begins_no_other() -> None:
    with lab(3, kind=STRICT) as running:
        at_once(running, 1)
        before = {name: snapshot(running, name) for name in running.routers}
        r1 = running.routers["r1"]
        with held(partial(at_line, r1, 10)) as routers:
            client = start(command_line(running, "deploy", "--yes", "--no-proof", "--json"))
            routers.wait()
            said = interrupted(client)
        ran = finish(client)
        assert ran.status == 130
        assert "finishing the routers in flight; Ctrl-C again" in said
        assert "Traceback" not in said + ran.err
        assert ran.document["summary"] == {"deployed": 1, "skipped": 2}
        assert ran.host()["saved"]
        assert not snapshot(running).is_pending
        for name in ("r2", "r3"):
            assert typed(running.routers[name]) == []
            assert snapshot(running, name) == before[name]


def test_second_ctrl_c_leaves_the_router_to_revert() -> None:
    with lab(kind=STRICT) as running:
        r1 = running.routers["r1"]
        before = snapshot(running)
        r1.faults = Faults(hang_line=50)
        news = running.config_file.parent / "news"
        told = ("--notify", f"cat > {news}")
        client = start(command_line(running, "deploy", "--yes", "--no-proof", "--json", *told))
        eventually(lambda: r1.box.n_lines == 50)
        ran = interrupted_twice(client)
        assert ran.status == 130
        assert (ran.host()["status"], ran.host()["state"]) == ("failed", "reverting")
        assert ran.host()["error"]["kind"] == "interrupted"
        assert re.search(r"reverts by itself at \d\d:\d\d:\d\d", ran.host()["error"]["message"])
        assert "left as they are: r1\n" in ran.err
        *_, said, advice = ran.err.splitlines()
        assert said == "interrupted"
        assert advice.startswith(f"to continue: knockdeploy deploy --resume {ran.document['run']} ")
        event = json.loads(news.read_text())
        assert (event["event"], event["summary"]) == ("stopped", {"failed": 1})
        assert "Traceback" not in ran.err
        assert snapshot(running).is_pending
        assert snapshot(running).startup == before.startup


def test_ctrl_c_works_while_what_a_router_prints_is_parsed() -> None:
    lines = "".join(f" action {number:06d} end\n" for number in range(100_000))
    shown = f"version 15.2\nhostname r1\nevent manager applet X\n{lines}end\n"
    with lab(kind=STRICT) as running:
        r1 = running.routers["r1"]
        r1.faults = Faults(answers={"show running-config": shown})
        client = start(command_line(running, "plan", "--json"))
        eventually(lambda: "show startup-config" in r1.box.typed)
        program = psutil.Process(client.pid)
        begun_s = sum(program.cpu_times())
        eventually(lambda: sum(program.cpu_times()) > 2 * begun_s)  # of six times as much
        ran = interrupted_twice(client)
        host = ran.host()  # read to the end, it would say what it lacks
        assert (ran.status, host["status"], host["error"]) == (130, "failed", None)


@pytest.mark.parametrize(
    ("command", "summary"),
    [
        pytest.param("plan", {"unchanged": 1, "skipped": 1}, id="plan"),
        pytest.param("check", {"compliant": 1, "skipped": 1}, id="check"),
        pytest.param("remove", {"skipped": 2}, id="remove"),
    ],
)
def test_ctrl_c_while_reading_is_130_with_a_document(command: str, summary: dict[str, int]) -> None:
    with lab(2, kind=STRICT) as running:
        at_once(running, 1)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r1").status == 0
        with held(partial(as_typed, running.routers["r1"], "show running-config")) as routers:
            client = start(command_line(running, command, "--json"))
            routers.wait()
            interrupted(client)
        ran = finish(client)
        assert ran.status == 130
        assert ran.document["summary"] == summary


def lab_up(folder: Path, port: int) -> subprocess.Popen[str]:
    words = ["lab", "up", str(folder), "--routers", "1", "--base-port", str(port)]
    return start([sys.executable, "-m", "knockdeploy", *words])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_lab_up_says_when_it_is_ready_and_ends_when_told(
    tmp_path: Path, number: signal.Signals
) -> None:
    client = lab_up(tmp_path / "lab", free_base_port(1))
    try:
        assert client.stdout is not None
        assert line_of(client.stdout) == f"ready {tmp_path / 'lab/config.yaml'}"
        client.send_signal(number)
        ran = finish(client)
        assert (ran.status, ran.err) == (0, "")
    finally:
        client.kill()
        client.communicate()


def line_of(stream: IO[str]) -> str:
    return stream.readline().rstrip("\n")


def test_lab_up_on_a_busy_port_is_an_input_error(tmp_path: Path) -> None:
    port = free_base_port(1)
    with socket.create_server((addresses.places_at(1, port)[0].inside, port)):
        ran = finish(lab_up(tmp_path / "lab", port))
    assert ran.status == 64
    assert f"port {port}" in ran.err
    assert "--base-port" in ran.err
    assert "Traceback" not in ran.err


def test_client_whose_reader_is_gone_carries_its_change_through() -> None:
    read, write = os.pipe()
    os.close(read)
    with lab(kind=STRICT) as running, os.fdopen(write, "w") as nobody:
        done = subprocess.run(  # noqa: S603
            command_line(running, "deploy", "--yes", "--no-proof"),
            stdin=subprocess.DEVNULL,
            stdout=nobody,
            stderr=nobody,
            check=False,
        )
        assert done.returncode == 0
        assert not snapshot(running).is_pending
        assert "_knock_Owned" in snapshot(running).startup
