"""--json prints one document and nothing else, whatever happens to the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from commandline import knockdeploy

from knockdeploy.cli import console, lint

from .support import GOOD, project

ENDS = [KeyboardInterrupt(), RuntimeError(f"port {GOOD['ports'][0]}/udp"), SystemError("x")]


@pytest.fixture
def config(tmp_path: Path) -> str:
    return str(project(tmp_path, r1={}, r2={"enabled": False}))


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "--nope"],
        ["--nope", "plan"],
        ["plan", "--json", "-l"],
        ["plan", "surplus"],
        ["deploy", "--confirm-minutes", "x"],
        ["knock"],
        ["init"],
        ["nonsense"],
        ["lab"],
        ["lab", "nonsense"],
        ["lab", "up", "--profile", "x"],
        ["lab", "up", "--base-port", "0"],
        ["demo", "--sabotage", "x"],
        ["check", "--from", "/nowhere"],
        ["-v"],
        [],
    ],
)
def test_wrong_words_are_64(words: list[str], config: str) -> None:
    with mock.patch.dict(os.environ, {"KNOCKDEPLOY_CONFIG": config}):
        ran = knockdeploy(*words, "--json")
    assert ran.status == 64, ran
    assert ran.document["errors"]
    assert ran.document["hosts"] == {}
    assert ran.err.startswith("error: ")


@pytest.mark.parametrize("stop", ENDS, ids=lambda stop: type(stop).__name__)
def test_whatever_ends_a_command(stop: BaseException, config: str) -> None:
    with mock.patch.object(lint, "_findings", side_effect=stop):
        ran = knockdeploy("lint", "-c", config, "--json")
    is_stop = isinstance(stop, KeyboardInterrupt)
    assert ran.status == (130 if is_stop else 1)
    assert ran.document["hosts"] == {}
    assert "Traceback" not in ran.err
    if not is_stop:
        assert ran.document["errors"][0]["message"] == f"internal: {type(stop).__name__}"
        assert "--debug says where" in ran.err


def test_who_asked_where_it_was_is_told_and_not_to_ask(config: str) -> None:
    with mock.patch.object(lint, "_findings", side_effect=ZeroDivisionError):
        ran = knockdeploy("lint", "-c", config, "--debug")
    assert "Traceback" in ran.err
    assert ran.err.endswith("error: internal: ZeroDivisionError (please report it)\n")


@pytest.mark.parametrize("stop", ENDS, ids=lambda stop: type(stop).__name__)
def test_whatever_ends_it_before_it_began(stop: BaseException, config: str) -> None:
    with mock.patch("knockdeploy.cli.color.want", side_effect=stop):
        ran = knockdeploy("lint", "-c", config, "--json")
    assert ran.status == (130 if isinstance(stop, KeyboardInterrupt) else 1)
    assert ran.document["schema"] == "knockdeploy/lint/1"


def test_debug_shows_where_a_defect_is_without_secrets(config: str) -> None:
    with mock.patch.object(lint, "_findings", side_effect=ENDS[1]):
        ran = knockdeploy("lint", "-c", config, "--json", "--debug")
    assert "Traceback" in ran.err
    assert "port <knock>/udp" in ran.err
    assert str(GOOD["ports"][0]) not in ran.out + ran.err
    assert ran.document


def test_ctrl_c_after_the_document_prints_no_second_one(config: str) -> None:
    with mock.patch.object(console, "exit_status", side_effect=[KeyboardInterrupt, 0]):
        ran = knockdeploy("render", "-c", config, "--json")
    assert ran.status == 130
    assert ran.document["summary"] == {"rendered": 1, "unmanaged": 1}


def test_unmanaged_and_printed_knocks(config: str, tmp_path: Path) -> None:
    assert knockdeploy("knock", "r2", "-c", config, "--json").document["summary"] == {
        "unmanaged": 1
    }
    shown = knockdeploy("knock", "r1", "-c", config, "--print", "--json")
    knocks = " ".join(f"{port}:udp" for port in GOOD["ports"])
    assert shown.document["hosts"]["r1"]["command"] == f"knock -d 1000 127.0.9.1 {knocks}"
    written = knockdeploy("render", "-c", config, "-o", str(tmp_path / "out"), "--json")
    assert written.document["hosts"]["r1"]["path"] == str(tmp_path / "out/r1.cfg")


def test_names_of_any_alphabet_survive_any_terminal(tmp_path: Path) -> None:
    config = str(project(tmp_path, **{"zürich-東京": {}}))
    document = knockdeploy("lint", "-c", config, "--json")
    assert document.out.isascii()
    assert list(document.document["hosts"]) == ["zürich-東京"]
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    ran = sh(f"{sys.executable} -m knockdeploy lint -c {config}", env=environment)
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False)
    assert "z\\xfcrich-\\u6771\\u4eac  ok" in ran.stdout


def test_a_reader_that_goes_away_is_no_error(config: str) -> None:
    ran = sh(f"{sys.executable} -m knockdeploy lint -c {config} --json | head -1")
    assert ran.stdout == "{\n"
    assert "Pipe" not in ran.stderr
    assert "error" not in ran.stderr


def test_a_full_disk_is_told_where_one_can(config: str) -> None:
    ran = sh(f"{sys.executable} -m knockdeploy lint -c {config} --json > /dev/full")
    assert ran.returncode == 1
    assert "error: the output could not be written: No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("words", ["", "--help", "deploy --help", "--version"])
def test_a_full_disk_is_told_by_what_needs_no_project_too(words: str) -> None:
    ran = sh(f"{sys.executable} -m knockdeploy {words} > /dev/full")
    assert ran.returncode == 1
    assert ran.stderr == "error: the output could not be written: No space left on device\n"


def test_what_could_not_be_written_outranks_a_difference(tmp_path: Path) -> None:
    config = project(tmp_path, r1={"window_seconds": 2})
    command = f"{sys.executable} -m knockdeploy lint --strict -c {config}"
    assert sh(command).returncode == 2
    assert sh(f"{command} > /dev/full").returncode == 1


def test_a_closed_stdin_is_no_terminal_to_ask_at(config: str) -> None:
    ran = sh(f"{sys.executable} -m knockdeploy deploy -c {config} <&-")
    assert (ran.returncode, ran.stderr) == (
        64,
        "error: cannot ask: stdin is not a terminal (--yes deploys without asking)\n",
    )


def test_python_that_optimizes_is_refused_before_a_router_is_asked(config: str) -> None:
    ran = sh(f"PYTHONOPTIMIZE=1 {sys.executable} -m knockdeploy check -c {config}")
    assert (ran.returncode, ran.stdout) == (64, "")
    assert ran.stderr.startswith("error: ciscoconfparse does not run optimized (unset PYTHON")


def test_closed_streams_are_no_error(config: str) -> None:
    assert sh(f"{sys.executable} -m knockdeploy lint -c {config} >&- 2>&-").returncode == 0


def sh(command: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, **more
    )
