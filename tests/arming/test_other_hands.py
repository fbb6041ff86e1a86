"""Locks, timers and saves of others, between any two of our lines; routers that take their time."""

from __future__ import annotations

import subprocess

import pytest
from commandline import Ran
from e2e.support import STRICT, as_typed, change, command_line, knockdeploy, lab, snapshot

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Fate, Faults
from knockdeploy.lab.router.clock import ManualClock

pytestmark = pytest.mark.lab
RUNGS = {
    "timer": ("archive", "path flash:archive"),
    "archive": ("no archive",),
    "copy": ("archive", "path tftp://10.9.9.9/r1"),
}


def deploy(running: Fabric) -> Ran:
    return knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")


def jane_arms(running: Fabric) -> None:
    router = running.routers["r1"].router
    line = router.lines.open_line("jane", "172.16.1.5", "172.16.1.1", "GigabitEthernet0/1")
    assert line is not None
    assert not router.revert.arm(30, line).startswith("%")


def test_timer_that_somebody_starts_before_we_do_is_locked_and_goes_on() -> None:
    with lab(kind=STRICT, clock=ManualClock()) as running:
        as_typed(running.routers["r1"], "configure terminal revert", lambda: jane_arms(running))
        before = snapshot(running)
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("skipped", "before")
        assert host["error"]["kind"] == "locked"
        now = snapshot(running)
        assert (now.running, now.startup, now.is_pending) == (before.running, before.startup, True)
        pending = running.routers["r1"].router.revert.pending
        assert pending is not None
        assert (pending.user, pending.minutes) == ("jane", 30)


@pytest.mark.parametrize("start", ["configure terminal revert", "copy running-config"])
def test_lock_that_somebody_takes_before_we_arm_is_locked(start: str) -> None:
    with lab(kind=STRICT) as running:
        change(running, *RUNGS["copy" if start.startswith("copy") else "timer"], saved=True)
        machine = running.routers["r1"]
        before = snapshot(running)
        as_typed(machine, start, lambda: setattr(machine, "faults", Faults(locked_by="jane")))
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("skipped", "before")
        assert host["error"]["kind"] == "locked"
        assert snapshot(running).running == before.running
        assert not snapshot(running).is_pending


@pytest.mark.parametrize("rung", ["archive"])
def test_two_operators_at_once_do_not_meet(rung: str) -> None:
    with lab(kind=STRICT) as running:
        change(running, *RUNGS[rung], saved=True)
        running.routers["r1"].faults = Faults(latency_s=0.01)
        command = command_line(running, "deploy", "--yes", "--no-proof")
        both = [
            subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(2)
        ]
        told = [each.communicate(timeout=300)[0] for each in both]
        ends = sorted(each.returncode for each in both)
        assert 0 in ends, told
        if 1 in ends:
            assert any("[locked]" in text for text in told), told
        running.routers["r1"].faults = Faults()
        assert not snapshot(running).is_pending
        assert knockdeploy(running, "plan").status == 0
        assert "EEM_Knock" in snapshot(running).startup


@pytest.mark.parametrize(
    ("rung", "start"), [("timer", "configure terminal revert"), ("copy", "copy running-config")]
)
def test_change_that_another_run_made_since_we_read_is_left_alone(rung: str, start: str) -> None:
    with lab(kind=STRICT) as running:
        change(running, *RUNGS[rung], saved=True)
        router = running.routers["r1"].router
        before = router.running_text()
        assert deploy(running).status == 0
        deployed, after = router.running_text(), snapshot(running)
        running.call(lambda: router.replace(before))
        running.call(router.save)

        def the_other_is_done() -> None:
            router.replace(deployed)
            router.save()

        as_typed(running.routers["r1"], start, the_other_is_done)
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("failed", "before")
        assert host["error"]["kind"] == "changed-since-plan"
        assert snapshot(running) == after


def test_two_runs_that_arm_by_a_copy_at_once_see_each_other() -> None:
    theirs = "event manager applet knockdeploy_revert_beef_1\n event timer countdown time 300\n"
    with lab(kind=STRICT) as running:
        change(running, *RUNGS["copy"], saved=True)
        router = running.routers["r1"].router

        def the_other_arms() -> None:
            router.flash["knockdeploy-revert-beef.cfg"] = router.running_text()
            router.replace(router.running_text().removesuffix("end\n") + theirs + "end\n")

        as_typed(running.routers["r1"], "copy running-config", the_other_arms)
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("skipped", "before")
        assert host["error"]["kind"] == "locked"
        text = router.running_text()
        assert theirs in text
        assert text.count("applet knockdeploy_revert") == 1
        copies = [file for file in router.flash if "revert" in file]
        assert copies == ["knockdeploy-revert-beef.cfg"]


def test_part_of_a_change_that_somebody_saved_does_not_stay_saved() -> None:
    with lab(kind=STRICT) as running:
        router = running.routers["r1"].router
        before = snapshot(running)
        as_typed(running.routers["r1"], "policy-map PM_CoPP", router.save)
        running.routers["r1"].faults = Faults(refuse="action .*")
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert (
            "somebody saved in the middle of the change: saved again, as before"
            in (host["warnings"])
        )
        assert snapshot(running).startup == before.startup


def test_saving_that_asks_and_takes_its_time_is_waited_for() -> None:
    with lab(kind=STRICT) as running:
        running.routers["r1"].faults = Faults(save_asks=True, building_s=0.5)
        host = deploy(running).host()
        assert (host["status"], host["saved"]) == ("deployed", True)
        assert "EEM_Knock" in snapshot(running).startup


@pytest.mark.parametrize("rung", ["copy"])
def test_no_line_is_free_for_the_second_session(rung: str) -> None:
    with lab(kind=STRICT) as running:
        change(running, *RUNGS[rung], saved=True)
        machine = running.routers["r1"]
        before = snapshot(running)
        # The last deny is the last line; what comes then is the second session.
        number = sum(line.startswith("deny") for line in lines(running))
        count = iter(range(1, 1000))

        def shut() -> None:
            machine.faults = Faults(vtys_busy=True)

        fate = machine.box.config_fate

        def config_fate(line: str) -> Fate:
            if " deny object-group" in line and next(count) == number:
                shut()
            return fate(line)

        machine.box.config_fate = config_fate  # type: ignore[method-assign]
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == "unreachable"
        assert snapshot(running) == before


def lines(running: Fabric) -> list[str]:
    """Return the lines of the plan without their numbers."""
    commands = knockdeploy(running, "plan", "--json").host()["commands"]
    return [each["line"].lstrip("0123456789 ") for each in commands]
