"""Lines are broken between words at a terminal, and nowhere else."""

from __future__ import annotations

import os
import sys

import pytest

from knockdeploy.cli.console import Console
from knockdeploy.cli.formats import put_out
from knockdeploy.cli.wrapping import width_for, wrapped

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


COMMAND = "knockdeploy deploy --resume 20261127T000000Z-0000 -c '/tmp/my (old) site/config.yaml'"


@pytest.mark.parametrize(
    ("before", "command", "after"),
    [
        ("to continue: ", COMMAND, ""),
        ("  ", COMMAND, ""),
        ("$ ", COMMAND, ""),  # as `demo` shows it
        ("r1  failed [locked] somebody else's timer (to continue: ", COMMAND, ")"),
        ("r1: the door is open (type ", "`no ip access-group ACL_Internet_In in`", " there)"),
        ("to log in: ", "ssh -F /tmp/a-folder-of-mine/ssh_config r1", " (the password is x)"),
        ("failed (try it by hand: ", "nc -x 'a proxy (ours):1080' 192.0.2.1 22", ")"),
    ],
)
def test_a_command_is_whole_at_forty_columns(
    before: str, command: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(40, monkeypatch)
    lines = wrapped(before + command + after, sys.stdout).splitlines()
    assert any(command in line for line in lines)
    assert all(len(line) <= 40 or command in line for line in lines)
    assert lines[0].startswith(before[:2])
    assert " ".join(lines).split() == (before + command + after).split()


def test_a_document_and_a_crontab_are_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal(40, monkeypatch)
    put_out(Console("check"), (f'{{"message": "{LINE}"}}\n',))
    assert capsys.readouterr().out == f'{{"message": "{LINE}"}}\n'


def test_a_paragraph_is_as_wide_as_the_terminal_and_no_wider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert width_for(sys.stdout, 80) == 80
    for columns, width in ((20, 80), (60, 60), (200, 80)):
        terminal(columns, monkeypatch)
        assert width_for(sys.stdout, 80) == width
