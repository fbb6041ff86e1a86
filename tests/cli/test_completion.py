"""What shells complete: commands, options and the inventory's hosts; never an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .support import project
from .test_one_document import sh

WORDS = {
    "bash": {"COMP_WORDS": "knockdeploy {}", "COMP_CWORD": "{n}"},
    "zsh": {"_TYPER_COMPLETE_ARGS": "knockdeploy {}"},
    "fish": {"_TYPER_COMPLETE_ARGS": "knockdeploy {}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}


def completed(shell: str, words: str, folder: Path) -> str:
    n_words = len(words.split())
    variables = {name: value.format(words, n=n_words) for name, value in WORDS[shell].items()} | {
        "_KNOCKDEPLOY_COMPLETE": f"complete_{shell}"
    }
    environment = {k: v for k, v in os.environ.items() if k != "KNOCKDEPLOY_CONFIG"}
    ran = sh("exec $PY -m knockdeploy", cwd=folder, env=environment | variables)
    assert ran.stderr == ""
    return ran.stdout


@pytest.fixture(autouse=True)
def python(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys  # noqa: PLC0415

    monkeypatch.setenv("PY", sys.executable)
    monkeypatch.setenv("PYTHONPATH", os.getcwd())  # noqa: PTH109


@pytest.mark.parametrize("shell", WORDS)
def test_scripts_are_printed(shell: str, tmp_path: Path) -> None:
    ran = sh(
        "exec $PY -m knockdeploy", env={**os.environ, "_KNOCKDEPLOY_COMPLETE": f"source_{shell}"}
    )
    assert "_KNOCKDEPLOY_COMPLETE" in ran.stdout
    assert ran.stderr == ""


@pytest.mark.parametrize("shell", WORDS)
def test_hosts_are_offered(shell: str, tmp_path: Path) -> None:
    project(tmp_path, branch1={}, branch2={}, hub={})
    offered = completed(shell, "knock bra", tmp_path)
    assert "branch1" in offered
    assert "branch2" in offered
    assert "hub" not in offered


def test_a_list_of_hosts_goes_on_after_its_comma(tmp_path: Path) -> None:
    project(tmp_path, branch1={}, branch2={}, hub={})
    assert completed("bash", "plan -l branch1,h", tmp_path).split() == ["branch1,hub"]


def test_without_a_project_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("{")
    assert completed("bash", "knock bra", tmp_path).strip() == ""
