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
import time
from collections.abc import Iterator
from dataclasses import replace

import pyte
import pytest
from e2e.support import STRICT, command_line, environment, lab, roll

from knockdeploy.cli.screen import View
from knockdeploy.errors import UnreachableError
from knockdeploy.lab.faults import Faults
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout.course import Course, Reason, RolloutLimits, Start, TurnEnd
from knockdeploy.rollout.progress import Progress
from knockdeploy.rollout.stages import Stage


def view(n_routers: int, n_flying: int, n_failed: int = 0) -> View:
    hosts = tuple(f"branch-router-{k}" for k in range(n_routers))
    course = Course((Stage("canary", hosts[:1]), Stage("batch 1", hosts[1:])))
    course.next(0)
    assert course.next(0) == Start(hosts[0])
    deployed = {host: Outcome("deployed") for host in hosts[: n_routers // 2]}
    progress = Progress(now=lambda: 100.0, began_s=100.0, outcomes=deployed)
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


def test_names_that_begin_alike_are_told_apart() -> None:
    seen = view(4, 1)
    names = [f"branch-router-of-the-region-of-{town}.example.net" for town in ("bern", "basel")]
    for name in names:
        seen.progress.began(name)
        seen.progress.ended(f"failed.{name}", Outcome("failed"))
    narrow = "\n".join(seen.lines(80, 24))
    assert "  branch-r...ern.example.net " in narrow
    assert "  failed.b...sel.example.net  failed" in narrow
    wide = "\n".join(seen.lines(200, 24))
    assert all(f"  {name} " in wide for name in names)


def test_screen_says_what_ctrl_c_does_once_the_run_stops() -> None:
    seen = view(10, 2)
    assert not any("Ctrl-C" in row for row in seen.lines(80, 24))
    seen.course.stop(Reason.ASKED)
    lines = seen.lines(80, 24)
    assert lines[0].endswith("stopping: it was asked to stop")
    assert lines[1] == "finishing the routers in flight; Ctrl-C again leaves them to revert"
    assert len(seen.lines(80, 10)) < 10


def test_screen_says_that_a_stage_soaks() -> None:
    seen = view(10, 1)
    seen.course.soaks_until_s = time.mktime((2026, 11, 27, 23, 4, 5, 0, 0, -1))
    assert seen.lines(80, 24)[0].endswith(": stage 1 of 2, canary; looked at again at 23:04:05")


def test_screen_says_when_routers_are_tried_again() -> None:
    seen = view(10, 1)
    began_s = time.mktime((2026, 11, 27, 23, 4, 5, 0, 0, -1))
    course = Course((Stage("batch 1", ("r1", "r2")),), RolloutLimits(retries=1, retry_s=60))
    for _ in range(3):
        course.next(began_s)
    for host in ("r1", "r2"):
        course.ended(host, TurnEnd.UNREACHED, began_s)
    lines = replace(seen, course=course).lines(80, 24)
    assert "  2 to be tried again, next at 23:05:05" in lines


def resize(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Seen:
    """A terminal: what was written to it, and each screen that was whole."""

    def __init__(self, master: int, columns: int, rows: int) -> None:
        self.master, self.text = master, ""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.screens: list[list[str]] = []
        resize(master, columns, rows)

    def resized(self, columns: int, rows: int) -> None:
        """Be of another size from here on."""
        resize(self.master, columns, rows)
        screen, row = self.screen, self.screen.cursor.y
        # A terminal scrolls as far as its cursor must; pyte always clips as many rows at the top.
        scrolled, clipped = max(0, row - rows + 1), max(0, screen.lines - rows)
        screen.cursor.y = 0
        if clipped > scrolled:
            screen.insert_lines(clipped - scrolled)
        screen.resize(rows, columns)
        screen.cursor.y = row - scrolled
        self.screens.clear()

    def read(self) -> Iterator[None]:
        """Read until nobody writes; yield after each screen."""
        with contextlib.suppress(OSError):  # the terminal's other side is closed
            while piece := os.read(self.master, 65536):
                self._stream.feed(piece)
                self.text += piece.decode()
                shown = [row.rstrip() for row in self.screen.display]
                if any("in flight" in row for row in shown):
                    self.screens.append(shown)
                    yield


@pytest.mark.lab
@pytest.mark.parametrize(("columns", "rows", "then"), [(80, 24, (200, 50)), (200, 50, (80, 24))])
def test_screen_at_a_terminal(columns: int, rows: int, then: tuple[int, int]) -> None:
    with lab(5, kind=STRICT) as running:
        roll(running, canary=1, batch=2)
        for machine in running.routers.values():
            machine.faults = Faults(latency_s=0.02)
        running.routers["r3"].faults = Faults(refuse_line=5)
        r2 = running.routers["r2"]
        r2.faults = Faults(latency_s=0.3)  # until there is a screen of each size
        master, slave = pty.openpty()
        seen = Seen(master, columns, rows)
        client = subprocess.Popen(  # noqa: S603
            command_line(running, "deploy", "--yes", "--no-proof", "--max-failures", "1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=slave,
            env={**environment(), "TERM": "xterm"},
        )
        os.close(slave)
        sizes, width = [then], columns
        for _ in seen.read():
            # What is read may end in the middle of a screen: the next one is whole.
            if "stage 2 of 3" not in seen.text or not fits(seen.screens[-1], width):
                continue
            if sizes:
                assert len(titles(seen.screens[-1])) == 1, "an earlier screen was left standing"
                width = then[0]
                seen.resized(*sizes.pop())
            else:
                r2.faults = Faults()
        os.close(master)
        assert client.wait(60) == 1
    assert not sizes, "no screen was of the terminal's width"
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.text)
    for words in ("stage 1 of 3, canary", "in flight", "r2 ", "close: ", "1 rolled-back", "left"):
        assert words in text, words
    assert "r1: reading" not in text  # no line for each step
    assert any(fits(screen, then[0]) for screen in seen.screens)
    assert seen.text.count("\x1b[?25h") >= 1  # the cursor is there again


def titles(screen: list[str]) -> list[int]:
    """Say in which rows a screen begins."""
    return [k for k, row in enumerate(screen) if re.match(r"deploy \S+: stage \d of 3, \w+", row)]


def fits(screen: list[str], columns: int) -> bool:
    """Tell whether what was drawn last has the terminal's width, and the counts below its bar.

    What was on its way when the size changed was drawn for the old one, and may stay above it.
    """
    drawn = screen[titles(screen)[-1] :] if titles(screen) else []
    bars = [k for k, row in enumerate(drawn) if re.fullmatch(r"\[#*\.*\] \d+/5", row)]
    counts = [k for k, row in enumerate(drawn) if "in flight" in row]
    return (
        len(bars) == 1 and counts == [bars[0] + 1] and columns - 4 < len(drawn[bars[0]]) < columns
    )
