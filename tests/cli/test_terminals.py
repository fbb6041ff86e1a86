"""What a terminal is given, and what a pipe."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import knockdeploy

from knockdeploy.cli.console import Console

from .support import project

NAME = "a-branch-router-with-a-name-that-is-longer-than-any-narrow-terminal-is-wide"


@pytest.mark.parametrize(
    ("variable", "value", "styled"),
    [("TERM", "xterm", True), ("NO_COLOR", "1", False), ("TERM", "dumb", False)],
)
def test_no_style_where_none_is_wanted(
    variable: str,
    value: str,
    styled: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    console = Console("plan")
    console.out("text", "bold red")
    with console.progress() as tell:
        tell("r1", "reading")
    out, err = capsys.readouterr()
    assert out == ("\x1b[1;31mtext\x1b[0m\n" if styled else "text\n")  # and nothing of progress
    assert styled or "\x1b" not in err


@pytest.mark.parametrize(
    ("environment", "words", "colored"),
    [
        ({}, (), False),  # a pipe
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1", "TERM": "dumb"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "auto"), True),
    ],
)
def test_colours_are_asked_for_and_forbidden(
    environment: dict[str, str],
    words: tuple[str, ...],
    colored: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = project(tmp_path, r1={})
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for line in (("lint", *words), (*words, "lint")):
        ran = knockdeploy(*line, "-c", str(config))
        last = ran.out.splitlines()[-1]
        assert last == ("\x1b[32mr1  ok\x1b[0m" if colored else "r1  ok")
    assert "\x1b" not in knockdeploy("lint", *words, "--json", "-c", str(config)).out
    assert knockdeploy("lint", "-c", str(config), "--color", "red").status == 64


def test_colours_in_a_pipe_make_no_screen_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    console = Console("plan")
    with console.progress() as tell:
        tell("r1", "reading")
    assert not console.is_live
    assert capsys.readouterr().err == ""


def test_names_are_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    config = project(tmp_path, **{NAME: {}})
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "knockdeploy", "lint", "-c", str(config)],
            env={**os.environ, "COLUMNS": "40", "NO_COLOR": "1"},
            stdout=theirs,
            stderr=theirs,
            check=True,
        )
        os.close(theirs)
        text = screen.read(65536).decode()
    assert f"{NAME}  ok\r\n" in text
    assert "\x1b" not in text
