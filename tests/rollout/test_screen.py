"""The live screen: as text, and as a terminal shows it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from e2e.support import STRICT, command_line, environment, lab, roll

from knockdeploy.cli.screen import View
from knockdeploy.errors import UnreachableError
from knockdeploy.lab.faults import Faults
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout.course import Course, Start
from knockdeploy.rollout.progress import Progress
from knockdeploy.rollout.stages import Stage


def view(n_routers: int, n_flying: int, n_failed: int = 0) -> View:
    hosts = tuple(f"branch-router-{k}" for k in range(n_routers))
    course = Course((Stage("canary", hosts[:1]), Stage("batch 1", hosts[1:])))
    course.next(0)
    assert course.next(0) == Start(hosts[0])
    progress = Progress(now=lambda: 100.0)
    for host in hosts[: n_routers // 2]:
        progress.began(host)
        progress.ended(host, Outcome("deployed"))
    away = Failure.of(UnreachableError("no answer " * 20))
    for host in hosts[:n_failed]:
        progress.ended(host, Outcome("failed", error=away))
    for host in hosts[-n_flying:]:
        progress.began(host)
        progress.told(host, "right knock: one entry must open, for 127.0.0.1 " * 5)
    return View("deploy RUN", course, progress, n_routers, 112.0)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 50), (40, 10)])
@pytest.mark.parametrize("n_routers", [10, 5000])
def test_screen_fits_its_terminal(width: int, height: int, n_routers: int) -> None:
    lines = view(n_routers, 200 if n_routers > 200 else 5, 5).lines(width, height)
    assert len(lines) < height
    assert max(map(len, lines)) < width
    assert "stage 1 of 2, canary" in lines[0]
    assert f"{n_routers // 2}/{n_routers}" in lines[1]
    assert "in flight" in " ".join(lines)


def test_screen_says_who_is_at_what_for_how_long_and_what_failed_last() -> None:
    lines = view(10, 2, 1).lines(120, 24)
    assert lines[2] == "4 deployed, 1 failed, 2 in flight, 3 waiting"
    assert lines[3].startswith("  branch-router-8             12 s  right knock: one entry")
    assert lines[5].startswith("  branch-router-0  failed [unreachable] no answer")
    crowded = view(5000, 200).lines(80, 24)
    assert re.fullmatch(r"  and \d+ more", crowded[-1])


def resize(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@pytest.mark.lab
@pytest.mark.parametrize(("columns", "rows", "then"), [(80, 24, 200), (200, 50, 80)])
def test_screen_at_a_terminal(columns: int, rows: int, then: int) -> None:
    with lab(5, kind=STRICT) as running:
        roll(running, canary=1, batch=2)
        for machine in running.routers.values():
            machine.faults = Faults(latency_s=0.02)
        running.routers["r3"].faults = Faults(refuse_line=5)
        master, slave = pty.openpty()
        resize(master, columns, rows)
        client = subprocess.Popen(  # noqa: S603
            command_line(running, "deploy", "--yes", "--no-proof", "--max-failures", "1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=slave,
            env={**environment(), "TERM": "xterm"},
        )
        os.close(slave)
        seen = b""
        with contextlib.suppress(OSError):  # the terminal's other side is closed
            while piece := os.read(master, 65536):
                if b"stage 2 of 3" in piece and then:
                    resize(master, then, 24)
                    then = 0
                seen += piece
        os.close(master)
        assert client.wait(30) == 1
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    for words in ("stage 1 of 3, canary", "in flight", "r2 ", "close: ", "1 rolled-back", "left"):
        assert words in text, words
    assert "r1: reading" not in text  # no line for each step
    widest = max(len(line) for line in re.split(r"[\r\n]+", text) if "in flight" in line)
    assert widest <= 200
    assert "rolled-back [refused-line]: r3; router state: unchanged" in text
    assert seen.decode().count("\x1b[?25h") >= 1  # the cursor is there again
