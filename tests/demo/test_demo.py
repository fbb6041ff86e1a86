"""The demo as a user runs it: every process of this file runs beside the others."""

from __future__ import annotations

import inspect
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest
from commandline import knockdeploy
from pages.page import ROOT, blocks, is_shown
from validating import validated

from knockdeploy.cli.demo import router_tasks
from knockdeploy.lab.knocks import knock_ports

pytestmark = pytest.mark.lab
STORY_PAGE = (ROOT / "docs/demo.md").read_text(encoding="utf-8")

SABOTAGES = {
    "drop": "the right knock made no entry",  # ios-facts §1: what is not dropped is not logged
    "regexp": "the router's own address",  # ios-facts §2: greedy, the last address is ours
    "dynamic": "the right knock made no entry",
    "deny": "the service answered before the right knock",
}
ELSEWHERE = {  # what another enforcement breaks otherwise
    "zone deny": "the service answered before the right knock",
    "copp deny": "the service answered before the right knock",
    "copp dynamic": "the right knock made no entry",
}
STORIES = ("", "zone", "copp", "iosxe")
RUNS: dict[str, tuple[str, ...]] = {
    **{word: ("--sabotage", word) for word in SABOTAGES},
    **{
        name: ("--enforcement", name.split()[0], "--sabotage", name.split()[1])
        for name in ELSEWHERE
    },
    "": (),
    "zone": ("--enforcement", "zone"),
    "copp": ("--enforcement", "copp"),
    "iosxe": ("--platform", "iosxe"),
}
# On IOS-XE knocks are a second apart; here half of that is, and three knocks are enough. This
# machine is busy with all stories at a time: a window is longer than routers have it there.
HURRIED = """
import sys
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.lab import project
from knockdeploy.lab.router import acl_log
from knockdeploy.recipe.trigger.acl_log import AclLog
AclLog.spacing_ms, acl_log._LIMIT_S = 550, 0.3
project._GROUPS = project._GROUPS.replace("window_seconds: 2", "window_seconds: 4")
if "iosxe" in sys.argv:
    project.knock_ports = lambda name: knock_ports(name)[:3]
    fewer = "window_seconds: 4\\n      weak: true"
    project._XE_GROUP = project._XE_GROUP.replace("window_seconds: 8", fewer)
"""
STORY = """introduce, plan, deploy, shut, wrong knock, right knock, login, stranger, drift, check,
deploy again, check again, plan again, shut again"""


@dataclass(frozen=True)
class Run:
    """A demo under way, the folder for its temporary files, and the file it prints to."""

    process: subprocess.Popen[str]
    temporary: Path
    printed: Path

    def end(self) -> tuple[int, dict[str, Any], str]:
        """Wait for the end; return the exit status, the document and what was told."""
        output, _ = self.process.communicate(timeout=600)
        assert list(self.temporary.iterdir()) == []
        return self.process.returncode, validated(json.loads(output)), self.printed.read_text()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    running: dict[str, Run] = {}
    for name, words in RUNS.items():
        running[name] = start(tmp_path_factory.mktemp(name or "story"), *words)
    yield running
    for run in running.values():
        if run.process.poll() is None:
            run.process.kill()
        run.process.communicate()


def start(folder: Path, *arguments: str) -> Run:
    printed = folder / "printed"
    with printed.open("w") as file:
        return Run(popen(folder, *arguments, stderr=file), folder / "tmp", printed)


def popen(folder: Path, *arguments: str, stderr: int | IO[str]) -> subprocess.Popen[str]:
    temporary = folder / "tmp"
    temporary.mkdir()
    program = [sys.executable, "-c", f"{HURRIED}from knockdeploy.cli.main import run; run()"]
    return subprocess.Popen(  # noqa: S603  # our own program
        [*program, "demo", "--json", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary)},
    )


def test_interrupted_demo_leaves_nothing_behind(runs: dict[str, Run], tmp_path: Path) -> None:
    with popen(tmp_path, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            told = iter(process.stderr)
            assert any("$ knockdeploy deploy" in line for line in told)
            process.send_signal(signal.SIGINT)
            output, rest = process.communicate(timeout=300)
        finally:
            process.kill()
    assert process.returncode == 130
    assert validated(json.loads(output))["hosts"] == {}
    assert list((tmp_path / "tmp").iterdir()) == []
    assert rest == "interrupted\n"


@pytest.mark.parametrize("opens", [("open",), ("shut", "open"), ("shut", "shut")])
def test_right_knock_that_came_too_late_is_knocked_once_more(
    opens: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    left, slept = list(opens), list[float]()
    monkeypatch.setattr(router_tasks, "knock_at", lambda *_: SimpleNamespace(status=left.pop(0)))
    monkeypatch.setattr(router_tasks, "time", SimpleNamespace(sleep=slept.append))
    for name in ("address_of", "session_of", "_client"):
        monkeypatch.setattr(router_tasks, name, lambda *_: None)
    monkeypatch.setattr(router_tasks, "_door", lambda *_: "seen")
    intent = SimpleNamespace(timed_knock=SimpleNamespace(window_s=2))
    task, job = SimpleNamespace(host=SimpleNamespace(name="r1")), SimpleNamespace(state=None)
    job.tell = print
    assert inspect.unwrap(router_tasks.knock_right)(task, job, intent) == "seen"
    assert left == []
    assert slept == [3] * (len(opens) - 1)


def test_unknown_sabotage_is_a_mistake_of_the_user() -> None:
    ran = knockdeploy("demo", "--json", "--sabotage", "flood")
    assert ran.status == 64
    (mistake,) = ran.document["errors"]
    assert "flood" in mistake["message"]
    assert all(word in mistake["hint"] for word in SABOTAGES)


@pytest.mark.parametrize("word", [*SABOTAGES, *ELSEWHERE])
def test_sabotage_fails_at_the_proof_and_leaves_the_router_as_it_was(
    runs: dict[str, Run], word: str
) -> None:
    status, document, told = runs[word].end()
    assert status == 1
    assert document["schema"] == "knockdeploy/demo/1"
    assert document["summary"] == {"failed": 1}
    steps = {step["name"]: step for step in document["hosts"]["r1"]["steps"]}
    assert {name: step["ok"] for name, step in steps.items()} == {
        "introduce": True,
        "deploy": False,
        "as before": True,
    }
    seen = steps["deploy"]["seen"]
    assert seen.startswith("rolled-back; ")
    assert "[unproved] proof failed, knocking at 127.20." in seen
    assert {**SABOTAGES, **ELSEWHERE}[word] in seen
    assert "router state: unchanged" in seen
    assert "Traceback" not in told


@pytest.mark.parametrize("name", STORIES)
def test_story_is_as_expected_on_every_router(runs: dict[str, Run], name: str) -> None:
    status, document, told = runs[name].end()
    assert document["summary"] == {"done": 3}, told
    names = {step["name"] for host in document["hosts"].values() for step in host["steps"]}
    assert names == set(re.split(r",\s", STORY))
    assert all(step["ok"] for host in document["hosts"].values() for step in host["steps"])
    assert status == 0


def test_the_page_shows_this_story(runs: dict[str, Run]) -> None:
    runs[""].process.wait(timeout=600)
    (story,) = (block for block in blocks(STORY_PAGE) if block.text.startswith("1. "))
    assert is_shown(story.text.splitlines(), runs[""].printed.read_text())


def test_story_reads_well_and_shows_no_secret(runs: dict[str, Run]) -> None:
    runs[""].process.wait(timeout=600)
    told = runs[""].printed.read_text()
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert "\x1b" not in told
    assert "+ event manager applet EEM_Knock (65 lines)" in told
    for name in ("r1", "r2", "r3"):
        for port in knock_ports(name):
            assert not re.search(rf"\b{port}\b", told)
    assert "lab-only-published" not in told
    assert set(re.findall(r"show users: (.)", told)) == {"*"}  # our own session, and no other line
