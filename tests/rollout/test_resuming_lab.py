"""Every command that changes routers carries on where its run was stopped."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from e2e.support import STRICT, Snapshot, knockdeploy, lab, roll, snapshot
from e2e.watched import eventually

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.rollout import conductor
from rollout.test_rollout_lab import DEPLOY, the_run, touched, under_way

pytestmark = pytest.mark.lab


def deployed(running: Fabric) -> str:
    ran = knockdeploy(running, *DEPLOY)
    assert ran.status == 0, ran.err
    run: str = ran.document["run"]
    return run


@pytest.mark.parametrize(
    ("verb", "done", "more"),
    [
        ("remove", "removed", lambda _: ()),
        ("rollback", "restored", lambda run: ("--run", run)),
    ],
)
def test_run_that_takes_back_is_resumed(
    verb: str, done: str, more: Callable[[str], tuple[str, ...]]
) -> None:
    with lab(3, kind=STRICT) as running:
        before: dict[str, Snapshot] = {name: snapshot(running, name) for name in running.routers}
        words = more(deployed(running))
        roll(running, canary=1, batch=1, max_failures=0)
        running.routers["r2"].faults = Faults(refuse_line=3)
        ran = knockdeploy(running, verb, *words, "--open", "--yes", "--json")
        assert ran.document["summary"] == {done: 1, "rolled-back": 1, "skipped": 1}
        run = ran.document["run"]
        resume = (verb, "--resume", run, "--yes", "--json")
        assert f"to continue: knockdeploy {verb} --resume {run}" in ran.err

        for machine in running.routers.values():
            machine.faults = Faults()
            machine.box.typed.clear()
        for others in (("-l", "r2"), ("--open",), ("--canary", "1")):
            refused = knockdeploy(running, *resume, *others)
            assert (refused.status, "with the options it began with" in refused.err) == (
                64,
                True,
            ), others
        wrong = knockdeploy(running, "deploy", "--resume", run, "--yes")
        assert wrong.status == 64
        assert f"run {run} is a {verb}, not a deploy ({verb} --resume does what" in wrong.err

        again = knockdeploy(running, *resume)
        assert (again.status, again.document["run"]) == (0, run)
        assert again.document["summary"] == {done: 3}
        assert touched(running) == {"r2", "r3"}
        for name in running.routers:
            assert snapshot(running, name).running == before[name].running
        assert knockdeploy(running, *resume).document["summary"] == {done: 3}


def test_canary_that_had_nothing_to_change_is_followed_by_others_when_resumed_too() -> None:
    with lab(4, kind=STRICT) as running:
        knockdeploy(running, *DEPLOY, "-l", "r1")
        roll(running, canary=1, batch="100%", max_failures=9)
        for machine in running.routers.values():
            machine.box.typed.clear()
        running.routers["r2"].faults = Faults(refuse_line=3)
        ran = knockdeploy(running, *DEPLOY)
        assert "canary: no router was changed yet; next: r2" in ran.err
        assert "a canary failed" in ran.err
        assert touched(running) == {"r2"}
        resume = ("deploy", "--resume", ran.document["run"], "--yes", "--json")
        again = knockdeploy(running, *resume)
        assert "canary   r2\n" in again.err
        assert again.document["summary"] == {"deployed": 3, "unchanged": 1}
        assert "0 left" in knockdeploy(running, *resume).err


def test_rollback_wants_a_run() -> None:
    with lab(kind=STRICT) as running:
        ran = knockdeploy(running, "rollback", "--open", "--yes")
        assert ran.status == 64
        assert "no run to undo is named (--run RUN, or --resume RUN)" in ran.err
        assert knockdeploy(running, "rollback", "--run", "x", "--resume", "y").status == 64


def test_rollback_of_a_run_that_was_killed_waits_until_its_routers_have_reverted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conductor, "LOOK_AGAIN_S", 0.1)
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        before, machine = snapshot(running), running.routers["r1"]
        machine.faults = Faults(hang_line=20)
        with under_way(running) as client:
            eventually(lambda: machine.box.n_lines == 20)
            client.kill()
            client.wait()
        eventually(lambda: not machine.n_sessions)
        machine.faults = Faults()
        n_looks = machine.box.typed.count("show running-config")
        with ThreadPoolExecutor(1) as beside:
            words = ("rollback", "--run", the_run(running).name, "--open", "--yes", "--json")
            rolling = beside.submit(knockdeploy, running, *words)
            eventually(lambda: machine.box.typed.count("show running-config") > n_looks + 2)
            running.call(lambda: clock.advance(6 * 60))
            ran = rolling.result(300)
        assert (ran.status, ran.document["summary"]) == (0, {"unchanged": 1}), ran.err
        assert "; trying again in 0 s" in ran.err
        assert snapshot(running) == before
