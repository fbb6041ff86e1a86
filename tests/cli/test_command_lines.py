"""Whatever is typed: no traceback, nothing sent, an exit status of the contract."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from commandline import knockdeploy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.main import get_command
from validating import validated

from knockdeploy.cli import labs
from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.demo import command
from knockdeploy.errors import InputError, Mistake

from .support import project
from .test_help import ALL

# Not typed: what writes into the user's own files, and what runs any command.
NOT_TYPED = {"--install-completion", "--show-completion", "--then"}
STATUSES = {0, 1, 2, 64, 130}


def flags(command: Any) -> set[str]:
    return {flag for each in command.params for flag in each.opts if flag.startswith("-")}


WORDS = sorted(
    {word for name in ALL for word in name.split()}
    | {flag for command in (*ALL.values(), get_command(app)) for flag in flags(command)}
    | {"--help", "--version", "-vv", "--", "-", "", "--jso", "--json=1", "--no-json"}
    | {"r1", "r2", "r*", "r1,r2", "r1,", "[", "name=r1", "group=x", "=", "0", "5", "-1", "1e9"}
    | {"127.0.0.1", "::1", "ÿ", "\x1b[2J", "a\nb", "%s", "{}", "$(id)", "'", '"', "."}
)
VALUES = st.sampled_from(WORDS) | st.text(max_size=8).filter(lambda text: "\0" not in text)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("fuzz")
    here = Path.cwd()
    yield project(folder / "p", r1={}, r2={"enabled": False})
    os.chdir(here)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """A command line of some command's own options, in any order, and of anything else."""
    name = draw(st.sampled_from(list(ALL)))
    own = sorted(flags(ALL[name]))
    parts = draw(
        st.lists(
            st.sampled_from(own) | VALUES | st.sampled_from(["-l r1", "--json", "-v"]), max_size=6
        )
    )
    words = [word for part in parts for word in (part.split(" ") if part == "-l r1" else [part])]
    before = draw(st.lists(st.sampled_from(["-v", "--debug", "--nope"]), max_size=1))
    return [*before, *name.split(), *words]


def refuse(*_: object, **__: object) -> None:
    raise OSError(111, "no connection from a test")


def no_lab(*_: object, **__: object) -> None:
    raise InputError(Mistake("no lab here"))


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=lines() | st.lists(VALUES, max_size=5))
def test_any_command_line(words: list[str], config: Path, tmp_path: Path) -> None:
    if any(word.startswith(tuple(NOT_TYPED)) for word in words):
        return
    os.chdir(tmp_path)  # what -o and init write
    with (
        mock.patch.dict(os.environ, {"KNOCKDEPLOY_CONFIG": str(config)}),
        mock.patch("socket.socket.connect", refuse),
        mock.patch("socket.socket.sendto", refuse),
        mock.patch("socket.create_connection", refuse),
        mock.patch.object(labs, "laid_out", no_lab),
        mock.patch.object(command, "fabric", no_lab),
    ):
        ran = knockdeploy(*words)
    assert ran.status in STATUSES, words
    assert "--debug" in words or "Traceback" not in ran.err, ran.err
    assert "internal" not in ran.err, ran.err
    if ran.out.startswith("{") and "--json" in words:
        validated(json.loads(ran.out))
