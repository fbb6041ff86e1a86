"""Lines are broken between words at a terminal, and nowhere else."""

from __future__ import annotations

import os
import sys

import pytest

from knockdeploy.cli.wrapping import wrapped

LINE = "r1: error: exposed: 22/tcp from anywhere by entry 5 of ACL_Internet_In, inbound on Gi0/0"


def terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.fileno", lambda: 1)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, 24)))


@pytest.mark.parametrize("columns", [60, 80])
def test_no_word_is_broken(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(columns, monkeypatch)
    lines = wrapped(LINE, sys.stdout).splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= columns
    assert " ".join(line.strip() for line in lines) == LINE
    assert all(line.startswith("    ") for line in lines[1:])


def test_the_continuation_stands_below_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(60, monkeypatch)
    assert wrapped(f"  {LINE}", sys.stdout).splitlines()[1].startswith(" " * 6)


def test_what_fits_and_a_word_too_long_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(60, monkeypatch)
    assert wrapped("a  b\n\n+   c\n", sys.stdout) == "a  b\n\n+   c\n"
    assert wrapped("x" * 100, sys.stdout) == "x" * 100


def test_a_pipe_and_a_sliver_get_the_line_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrapped(LINE, sys.stdout) == LINE
    terminal(20, monkeypatch)
    assert wrapped(LINE, sys.stdout) == LINE
