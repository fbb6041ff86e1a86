"""What shells complete: commands, options and the inventory's hosts; never an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer._completion_classes import BashComplete  # what Typer gives a shell
from typer.main import get_command

from knockdeploy.cli.arguments.app import app
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

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


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Two routers of two sites in a group, and a run."""
    (tmp_path / "config.yaml").write_text(
        "inventory: {options: {host_file: h.yaml, group_file: g.yaml, defaults_file: d.yaml}}\n"
    )
    (tmp_path / "h.yaml").write_text(
        "r1: {groups: [branch], data: {site: north}}\nr2: {platform: cisco_ios}\n"
    )
    (tmp_path / "g.yaml").write_text("branch: {platform: ios, data: {site: south, pair: [1]}}\n")
    (tmp_path / "d.yaml").write_text("data: {country: se}\n")
    Run(StateDir(tmp_path / ".knockdeploy"), "20260301T120000Z-beef").begin("deploy", [])
    return tmp_path


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("plan -l b", ["branch"]),
        ("plan -l r1,b", ["r1,branch"]),
        ("plan -l !r", ["!r1", "!r2"]),
        ("plan -f p", ["platform=", "pair="]),
        ("plan -f co", ["country="]),
        ("plan -f site=", ["site=north", "site=south"]),
        ("plan -f site=n", ["site=north"]),
        ("plan -f platform=c", ["platform=cisco_ios"]),
        ("plan -f group=", ["group=branch"]),
        ("plan -f pair=", []),
        ("history --host r", ["r1", "r2"]),
        ("history --rule expo", ["exposed"]),
        ("check --explain r", ["r1", "r2", "renamed", "reprinted", "rival"]),
        ("check --explain r1 expo", ["exposed"]),
        ("show 2026", ["20260301T120000Z-beef"]),
        ("show latest --backup r", ["r1", "r2"]),
        ("rollback --run l", ["latest"]),
        ("stop 2026", ["20260301T120000Z-beef"]),
    ],
)
def test_whatever_is_named_is_offered(
    words: str, offered: list[str], fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, *before, begun = words.split()
    monkeypatch.chdir(fleet)
    found = BashComplete(get_command(app), {}, "knockdeploy", "").get_completions(
        [command, *before], begun
    )
    assert [each.value for each in found] == offered


def test_without_a_project_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("{")
    assert completed("bash", "knock bra", tmp_path).strip() == ""
