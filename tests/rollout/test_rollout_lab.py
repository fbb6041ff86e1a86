"""Rollouts over the lab: who is touched, told by the routers themselves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest
from e2e.support import (
    STRICT,
    at_line,
    at_once,
    command_line,
    edit,
    intend,
    knockdeploy,
    lab,
    roll,
    snapshot,
    typed,
)
from e2e.watched import eventually, finish, held, start

from knockdeploy.cli.past import outcomes_then
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Fate, Faults
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.store.runs import Run, Runs
from knockdeploy.store.state import StateDir

pytestmark = pytest.mark.lab
DEPLOY = ("deploy", "--yes", "--no-proof", "--json")
N_ROUTERS = 20 if "KNOCKDEPLOY_INSTANTS" in os.environ else 8
N_LINES = 90  # of a change of one router, or a few more
PATIENT_S = 120  # sixty of these take all cores for a quarter of an hour
BAD = ("r5", "r9", "r15", "r18", "r20", "r38")


def touched(running: Fabric) -> set[str]:
    """Return the routers to which a line of configuration was typed."""
    return {name for name, machine in running.routers.items() if typed(machine)}


def named(*numbers: int) -> set[str]:
    return {f"r{k}" for k in numbers}


def spoil(running: Fabric, names: Iterable[str]) -> None:
    for name in names:
        running.routers[name].faults = Faults(refuse_line=5)


@pytest.fixture
def forty_routers() -> Iterator[Fabric]:
    with lab(40, kind=STRICT) as running:
        roll(running, canary=2, batch="25%", max_failures=3)
        at_once(running, 4)
        yield running


def test_run_stops_where_its_budget_is_spent(forty_routers: Fabric) -> None:
    spoil(forty_routers, BAD)
    ran = knockdeploy(forty_routers, *DEPLOY)
    hosts = ran.document["hosts"]
    status = {name: host["status"] for name, host in hosts.items()}
    assert ran.status == 1
    assert "stopped in stage 3 of 4, batch 2: more routers failed than max_failures allows" in (
        ran.err
    )
    # Two of the first batch and two of the second; those in flight with the fourth are finished.
    began = {name for name, word in status.items() if word != "skipped"}
    assert began == touched(forty_routers)
    assert named(*range(1, 19)) <= began <= named(*range(1, 25))
    failed = {name for name, word in status.items() if word == "rolled-back"}
    assert failed == began & set(BAD)
    assert len(failed) in {4, 5}
    assert all(hosts[name]["state"] == "before" for name in failed)
    run = ran.document["run"]
    assert f"to continue: knockdeploy deploy --resume {run}" in ran.err
    deployed = {name for name, word in status.items() if word == "deployed"}
    for machine in forty_routers.routers.values():
        machine.faults = Faults()
        machine.box.typed.clear()
    again = knockdeploy(forty_routers, "deploy", "--resume", run, "--yes", "--json")
    assert (again.status, again.document["run"]) == (0, run)
    assert again.document["summary"] == {"deployed": 40}
    assert touched(forty_routers) == set(forty_routers.routers) - deployed  # nothing twice
    assert f"{len(deployed)} done, {40 - len(deployed)} left" in again.err
    shown = knockdeploy(forty_routers, "show", run, "--json").document
    assert shown["summary"] == {"deployed": 40}
    assert knockdeploy(forty_routers, "deploy", "--resume", run, "--yes").status == 0


def test_run_is_resumed_as_it_was_agreed_to() -> None:
    with lab(2, kind=STRICT) as running:
        roll(running, canary=1, batch=1, max_failures=0)
        spoil(running, ["r1"])
        run = knockdeploy(running, *DEPLOY).document["run"]
        resume = ("deploy", "--resume", run, "--yes")
        for words in (("-l", "r2"), ("--canary", "2"), ("--no-proof",), ("--open",)):
            ran = knockdeploy(running, *resume, *words)
            assert (ran.status, "with the options it began with" in ran.err) == (64, True), words
        intend(running, timeout_minutes=30)
        ran = knockdeploy(running, *resume)
        assert ran.status == 64
        assert f"the intent of r1, r2 changed since run {run} began" in ran.err
        intend(running, timeout_minutes=60)
        edit(running.folder / "inventory/hosts.yaml", lambda hosts: hosts.pop("r2"))
        ran = knockdeploy(running, *resume)
        assert ran.status == 64
        assert "the inventory has changed since the run began" in ran.err
        assert touched(running) == {"r1"}


def test_two_runs_from_one_machine_never_meet_on_a_router() -> None:
    with lab(kind=STRICT) as running:
        before = len(running.routers["r1"].box.typed)
        with StateDir(running.folder / ".knockdeploy").files.hold("locks/r1.lock", "another"):
            ran = knockdeploy(running, *DEPLOY)
        assert (ran.status, ran.host()["status"]) == (1, "skipped")
        assert ran.host()["error"]["kind"] == "locked"
        assert "run another from this machine" in ran.host()["error"]["message"]
        assert len(running.routers["r1"].box.typed) == before


@contextmanager
def under_way(running: Fabric, *more: str) -> Iterator[subprocess.Popen[str]]:
    """Run a deployment as a process of its own."""
    client = start(command_line(running, *DEPLOY, *more))
    try:
        yield client
    finally:
        client.kill()
        client.communicate()


def n_typed(running: Fabric) -> int:
    return sum(machine.box.n_lines for machine in running.routers.values())


def at_line_of_all(running: Fabric, number: int, action: Callable[[], None]) -> None:
    """Do something, on the lab's thread, as line ``number`` arrives, counted over all routers."""
    for machine in running.routers.values():

        def struck(line: str, fate: Callable[[str], Fate] = machine.box.config_fate) -> Fate:
            before, decided = n_typed(running), fate(line)
            if before < number == n_typed(running):
                action()
            return decided

        machine.box.config_fate = struck  # type: ignore[method-assign]


def n_done(running: Fabric) -> int:
    return sum(machine.box.typed.count("write memory") for machine in running.routers.values())


def the_run(running: Fabric) -> Run:
    (run,) = Runs(StateDir(running.folder / ".knockdeploy")).all()
    return run


def judge(running: Fabric, clock: ManualClock) -> None:
    """Hold the routers to the journal of a run that was cut short; then resume it."""
    run = the_run(running)
    outcomes = outcomes_then(run)
    begun = {host for host, each in outcomes.items() if each.to_json().get("events")}
    assert touched(running) <= begun
    saved = {name for name in running.routers if "_knock_Owned" in snapshot(running, name).startup}
    for name, outcome in outcomes.items():
        if outcome.status == "deployed":
            assert name in saved
        elif outcome.status == "skipped" or name not in begun:
            assert name not in saved
            assert not snapshot(running, name).is_pending
    running.call(lambda: clock.advance(6 * 60))
    assert not any(snapshot(running, name).is_pending for name in running.routers)
    for machine in running.routers.values():
        machine.faults = Faults()
        machine.box.typed.clear()
    ran = knockdeploy(running, "deploy", "--resume", run.name, "--yes", "--json")
    assert ran.status == 0, ran.err
    assert set(ran.document["summary"]) <= {"deployed", "unchanged"}
    assert not touched(running) & {h for h, each in outcomes.items() if each.status == "deployed"}
    for name in running.routers:
        assert "_knock_Owned" in snapshot(running, name).startup


@pytest.mark.parametrize("seed", range(int(os.environ.get("KNOCKDEPLOY_INSTANTS", "1"))))
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_run_that_is_cut_short_is_resumed(number: signal.Signals, seed: int) -> None:
    """At a seeded instant of a run; `make instants` has twenty of each."""
    clock = ManualClock()
    with lab(N_ROUTERS, kind=STRICT, clock=clock) as running:
        roll(running, canary=1, batch=4)
        at_once(running, 4)
        for machine in running.routers.values():
            machine.faults = Faults(latency_s=0.002)
        n_lines = Random(f"{number} {seed}").randrange(1, N_LINES * N_ROUTERS * 3 // 4)
        at = partial(at_line_of_all, running, n_lines)
        with held(at) as routers, under_way(running) as client:
            routers.wait()
            client.send_signal(number)
            routers.go_on()
            client.communicate(timeout=PATIENT_S)
            assert client.returncode == (-9 if number is signal.SIGKILL else 130)
        machines = running.routers.values()
        eventually(lambda: not any(each.n_sessions for each in machines), PATIENT_S)
        judge(running, clock)


def test_stop_from_another_terminal_finishes_what_is_in_flight() -> None:
    with lab(4, kind=STRICT) as running:
        roll(running, canary=1, batch=1)
        at_once(running, 1)
        at = partial(at_line, running.routers["r1"], 5)
        with held(at) as routers, under_way(running) as client:
            routers.wait()
            run = the_run(running)
            assert knockdeploy(running, "stop", run.name[:8]).status == 0
            assert "r1: under way; " in knockdeploy(running, "show", run.name).out
            assert knockdeploy(running, "deploy", "--resume", run.name, "--yes").status == 64
            routers.go_on()
            ran = finish(client)
            assert ran.status == 130
        assert ran.document["summary"] == {"deployed": 1, "skipped": 3}
        assert touched(running) == {"r1"}
        assert knockdeploy(running, "stop", run.name).status == 64


def test_canary_that_fails_is_the_only_stage() -> None:
    with lab(6, kind=STRICT) as running:
        roll(running, batch="25%")
        spoil(running, ["r3"])
        ran = knockdeploy(running, *DEPLOY, "--canary", "r3,r4", "--max-failures", "50%")
        assert ran.document["summary"] == {"rolled-back": 1, "deployed": 1, "skipped": 4}
        assert touched(running) == {"r3", "r4"}
    assert "stage 1 of" in ran.err
    assert "a canary failed" in ran.err


def test_operator_is_told_of_each_stage_and_the_end(tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    with lab(3, kind=STRICT) as running:
        roll(running, canary=1, batch=1, max_failures=0)
        spoil(running, ["r2"])
        command = f"cat >> {told}; echo >> {told}"
        ran = knockdeploy(running, *DEPLOY, "--notify", command)
        running.routers["r2"].faults = Faults()
        resume = ("deploy", "--yes", "--json", "--resume", ran.document["run"])
        knockdeploy(running, *resume)
        assert knockdeploy(running, *resume, "--notify", "").status == 0  # told no more
    events = [json.loads(line) for line in told.read_text().splitlines()]
    assert [(each["event"], each.get("stage")) for each in events] == [
        ("stage-ended", "canary"),
        ("stopped", None),
        ("stage-ended", "batch 1"),
        ("stage-ended", "batch 2"),
        ("ended", None),
    ]
    assert events[0]["run"] == ran.document["run"]
    assert events[1]["summary"] == {"deployed": 1, "rolled-back": 1}
    assert events[1]["failures"]["r2"]["kind"] == "refused-line"
    assert "more routers failed" in events[1]["reason"]


def test_run_goes_on_where_nobody_can_be_told() -> None:
    with lab(kind=STRICT) as running:
        ran = knockdeploy(running, *DEPLOY, "--notify", "exit 3")
    assert ran.status == 0
    assert "--notify: the command ended with 3" in ran.err
