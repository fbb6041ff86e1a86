"""What a terminal is given, and what a pipe."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

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
    assert ("\x1b" in out) is styled
    assert styled or "\x1b" not in err


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
