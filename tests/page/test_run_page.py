"""A run as a page: what became of each router, how far it was proved, what it is like now."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from commandline import knockdeploy

from knockdeploy.command import Phase
from knockdeploy.report.change import DeployOutcome
from knockdeploy.report.document import document
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.report.proof import Proof, Sighting
from knockdeploy.state import State
from knockdeploy.store.journal import Event
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

RUN = "20260102T030405Z-0af9"
PROOF = Proof("door", "203.0.113.9", (Sighting(Phase.CLOSE, "right", None, "22/tcp", "open"),))
HOSTS: dict[str, Outcome] = {
    "r1": DeployOutcome(
        "deployed", "+ service sequence-numbers\n", (), PROOF, saved=True, state=State.AFTER
    ),
    "r2": DeployOutcome(
        "rolled-back", error=Failure("unproved", "the knock was not seen to work", "look")
    ),
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "hosts.yaml").write_text("r1: {data: {site: Bern}}\nr2: {data: {site: Zug}}\n")
    config = tmp_path / "config.yaml"
    config.write_text("inventory: {options: {host_file: hosts.yaml}}\n")
    run = Run(StateDir(tmp_path / ".knockdeploy"), RUN)
    run.begin("deploy", HOSTS)
    run.note("r1", Event.BEGUN)
    run.ended({"r1": HOSTS["r1"].to_json()})
    run.finish(document("deploy", RUN, HOSTS))
    return config


def test_a_rollout_is_the_same_page(config: Path) -> None:
    file = config.parent / "run.html"
    ran = knockdeploy("show", RUN, "-c", str(config), "--format", f"html={file}")
    assert ran.status == 0, ran.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    for told in ("knockdeploy deploy", "1</strong> of 2 routers done", "By cause", "unproved"):
        assert told in text
    for told in ("door, from 203.0.113.9", "22/tcp open", "site:bern", "<ins>+ service"):
        assert told in text
    assert knockdeploy("show", RUN, "-c", str(config), "--format", "html").out == text


def test_a_run_has_no_other_format(config: Path) -> None:
    ran = knockdeploy("show", RUN, "-c", str(config), "--format", "junit")
    assert ran.status == 64
    assert "a run cannot be shown as 'junit' (html=FILE" in ran.err
