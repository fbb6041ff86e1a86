"""Earlier runs as what selects: of which routers, and those that failed."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from commandline import Ran, knockdeploy

from knockdeploy.cli.resuming import own_reverts
from knockdeploy.store.journal import Event
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

from .support import project

OLD, NEW = "20261121T101112Z-00ff", "20261122T101112Z-a1b2"
NEWEST, LATER = "20261123T101112Z-0001", "20261124T101112Z-0002"
ONCE = "user_defined: {knockdeploy: {rollout: {retries: 0}}}\n"
STATUSES = {"r1": "deployed", "r2": "failed", "r3": "skipped", "r4": "rolled-back"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A project of four routers, none there, after a run of r1 and one of all."""
    config = project(tmp_path, **{name: {} for name in STATUSES})
    keep(config, OLD, r1="deployed")
    keep(config, NEW, **STATUSES)
    return config


def keep(config: Path, name: str, **statuses: str) -> None:
    run = Run(StateDir(config.parent / ".knockdeploy"), name)
    run.begin("deploy", statuses)
    run.finish({"hosts": {host: {"status": status} for host, status in statuses.items()}})


def ask(config: Path, *words: str) -> Ran:
    return knockdeploy(*words, "-c", str(config))


def listed(config: Path, *words: str) -> list[Any]:
    ran = ask(config, "history", "--json", *words)
    assert ran.status == 0
    return [run["run"] for run in ran.document["runs"]]


def test_history_lists_the_runs_of_a_host(config: Path) -> None:
    assert listed(config) == [NEW, OLD]
    assert listed(config, "-l", "r1") == [NEW, OLD]
    assert listed(config, "-l", "r2") == [NEW]
    assert listed(config, "-l", "hub,r[34]") == [NEW]
    assert re.match(rf"{NEW}  \S{{19}}Z  deploy  ", ask(config, "history").out)


def test_history_of_a_host_tells_one_that_nobody_knows_from_one_without_a_past(
    config: Path,
) -> None:
    hosts = config.parent / "hosts.yaml"
    hosts.write_text(f"{hosts.read_text()}r5: {{}}\n")
    for words, key in ((("-l", "hub"), "--limit"), (("--host", "hub"), "--host")):
        nobody = ask(config, "history", *words)
        assert nobody.status == 64
        assert f"{key}: no host or group matches 'hub' (known are r1, r2" in nobody.err
    assert "no runs for these hosts yet" in ask(config, "history", "-l", "r5").err
    assert "no check of this project has found that" in ask(config, "history", "--host", "r5").err
    keep(config, NEWEST, hub="deployed")  # it has left the inventory since
    assert listed(config, "-l", "hub") == [NEWEST]
    assert listed(config, "-l", "r5..9,r1..2") == [NEW, OLD]


def test_a_run_that_was_cut_short_is_named_by_the_next_one(config: Path) -> None:
    config.write_text(f"{config.read_text()}{ONCE}")
    run = Run(StateDir(config.parent / ".knockdeploy"), NEWEST)
    run.begin("deploy", ["r1", "r2", "r3", "gone"])
    run.agree({"kept": "what was agreed to"})
    run.ended({"r1": {"status": "deployed"}, "r2": {"status": "failed"}})
    said = f"run {NEWEST} was cut short and left r3; to continue it: "
    said += f"knockdeploy deploy --resume {NEWEST} -c {config}\n"
    assert said in ask(config, "deploy", "-l", "r3", "--yes").err
    keep(config, LATER, r3="rolled-back")
    assert "was cut short" not in ask(config, "deploy", "-l", "r3", "--yes").err


def test_run_to_resume_that_is_not_there_is_said_before_anything_else(config: Path) -> None:
    ran = ask(config, "deploy", "--resume", "nope")
    assert ran.status == 64
    assert f"there is no run 'nope' (known are {NEW}, {OLD})" in ran.err


def test_run_that_could_not_begin_says_why(config: Path) -> None:
    run = Run(StateDir(config.parent / ".knockdeploy"), NEWEST)
    run.begin("remove", ["r1"])
    run.finish({"hosts": {}, "errors": [{"message": "No space left on device"}]})
    said = ask(config, "show", "latest").out
    assert "r1: the run ended: No space left on device; not begun" in said


def test_steps_of_what_failed_are_shown(config: Path) -> None:
    run = Run(StateDir(config.parent / ".knockdeploy"), NEW)
    for host in ("r1", "r4"):
        run.note(host, Event.ARMED)
        run.note(host, Event.UNDONE)
    lines = [line for line in ask(config, "show", NEW).out.splitlines() if "steps" in line]
    assert len(lines) == 1
    assert re.fullmatch(r"the steps of r4, in UTC: (\S{8} armed), (\S{8} undone)", lines[0])


def test_folder_that_a_full_disk_left_empty_is_no_run(config: Path) -> None:
    (config.parent / ".knockdeploy/runs" / NEWEST).mkdir()
    assert listed(config) == [NEW, OLD]


@pytest.mark.parametrize("run", [NEW, "latest", "20261122"])
def test_what_failed_in_a_run_is_all_that_is_deployed(run: str, config: Path) -> None:
    ran = ask(config, "deploy", "--failed-in", run, "--check", "--json")
    assert ran.status == 1  # they are still not there
    assert set(ran.document["hosts"]) == {"r2", "r3", "r4"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((OLD,), f"no router failed in run {OLD}"),
        ((NEW, "-l", "r2"), "--failed-in selects the hosts (leave out -l)"),
        (("2019",), "2019"),
    ],
)
def test_a_run_that_selects_nobody_is_refused(
    words: tuple[str, ...], said: str, config: Path
) -> None:
    ran = ask(config, "deploy", "--yes", "--failed-in", *words)
    assert (ran.status, ran.out) == (64, "")
    assert said in ran.err


def test_stop_of_a_run_that_is_over_names_the_one_under_way(config: Path) -> None:
    over = ask(config, "stop", "latest")
    assert (over.status, over.err) == (
        64,
        f"error: run {NEW} is not under way (`show` tells how it ended)\n",
    )
    with Run(StateDir(config.parent / ".knockdeploy"), OLD).under_way(1):
        wrong = ask(config, "stop", "latest")
        assert f"error: run {NEW} is not under way (under way: {OLD})\n" == wrong.err
        assert ask(config, "stop", OLD).status == 0


@pytest.mark.parametrize("command", ["deploy --check", "deploy", "remove", "rollback --run latest"])
@pytest.mark.parametrize("option", ["--batch ten", "--canary r9", "--until 25:00"])
def test_options_of_a_rollout_are_refused_before_a_router_is_read(
    config: Path, command: str, option: str
) -> None:
    ran = ask(config, *command.split(), *option.split())
    assert ran.status == 64
    assert f"error: {option.split(maxsplit=1)[0]}: '{option.split()[1]}' is not" in ran.err


@pytest.mark.parametrize("number", ["0", "0%", "101%", "-1", "ten", "1.5"])
def test_batch_that_is_none_is_refused(config: Path, number: str) -> None:
    ran = ask(config, "deploy", "--yes", "--batch", number)
    assert ran.status == 64
    assert (
        "is not a number of routers (a number from 1, or a percentage from 1% to 100%)" in ran.err
    )


def test_as_many_failures_as_one_likes_are_allowed(config: Path) -> None:
    """Nobody counts the routers of a fleet to say that none of them stops it."""
    config.write_text(f"{config.read_text()}{ONCE}")
    ran = ask(config, "deploy", "--yes", "--max-failures", "100000000", "--canary", "0", "--json")
    assert ran.status == 1
    assert ran.document["summary"] == {"failed": 4}  # they are not there


@pytest.mark.parametrize(
    ("ending", "is_waited_for"),
    [
        (None, True),  # it was killed
        ({"status": "failed", "state": "reverting"}, True),
        ({"status": "failed", "state": "unknown"}, True),
        ({"status": "rolled-back", "state": "before"}, False),  # what is pending now is another's
    ],
)
def test_router_that_a_run_left_to_revert_is_waited_for(
    config: Path, ending: dict[str, str] | None, is_waited_for: bool
) -> None:
    run = Run(StateDir(config.parent / ".knockdeploy"), NEW)
    run.note("r1", Event.BEGUN)
    run.note("r1", Event.ARMED, "2026-11-22T10:16:12.000Z")
    run.note("r1", Event.EXTENDED, "2026-11-22T10:20:12.000Z")
    if ending:
        run.ended({"r1": ending})
    moment = datetime.datetime(2026, 11, 22, 10, 20, 12, tzinfo=datetime.UTC).timestamp()
    assert own_reverts(run) == ({"r1": moment} if is_waited_for else {})
    assert own_reverts(run, {"r1"}) == {}
