"""Time to confirm: long enough from the start, set again where a router is slower than thought."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from e2e.support import STRICT, at_line, change, knockdeploy, lab, snapshot

from knockdeploy.change import undo
from knockdeploy.device import guard, session
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Fate, Faults
from knockdeploy.lab.router.clock import ManualClock

pytestmark = pytest.mark.lab
SERVER = ("archive", "path tftp://10.9.9.9/r1")
EXTENDED = {
    "timer": ("archive", "path flash:saved"),
    "archive": ("no archive",),
    "copy": SERVER,
}


def slow(
    running: Fabric, clock: ManualClock, line_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let each configuration line take so long, on the router's clock and on ours."""
    box = running.routers["r1"].box
    fate: Callable[[str], Fate] = box.config_fate

    def config_fate(line: str) -> Fate:
        if line not in {"", "end", "exit"}:
            clock.advance(line_s)
        return fate(line)

    box.config_fate = config_fate  # type: ignore[method-assign]
    ours = SimpleNamespace(monotonic=clock.now)
    monkeypatch.setattr(guard, "time", ours)
    monkeypatch.setattr(session, "time", ours)


@pytest.mark.parametrize("rung", EXTENDED)
def test_slow_router_is_told_to_wait_before_its_time_is_over(
    rung: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        change(running, *EXTENDED[rung], saved=True)
        slow(running, clock, 4.0, monkeypatch)  # 92 lines take 6 minutes, of 5
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        assert (ran.host()["status"], ran.host()["error"]) == ("deployed", None)
        assert "r1: this takes longer: " in ran.err
        assert clock.now() - ManualClock().now() > 300
        running.call(lambda: clock.advance(7300))
        assert knockdeploy(running, "plan").status == 0  # nothing fires any more


@pytest.mark.parametrize("answer", ["% Invalid input detected at '^' marker.\n", "%Not now\n"])
def test_image_that_gives_no_more_time_is_taken_back_in_time(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        before = snapshot(running)
        slow(running, clock, 4.0, monkeypatch)
        answers = {f"configure revert timer {minutes}": answer for minutes in range(1, 121)}
        running.routers["r1"].faults = Faults(answers=answers)
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == "timeout"
        assert "--confirm-minutes" in host["error"]["hint"]
        assert snapshot(running) == before
        assert clock.now() - ManualClock().now() < 300  # its own undo never came


def test_time_is_long_enough_for_the_proof_from_the_start() -> None:
    with lab(kind=STRICT, knock={"window_seconds": 60, "decoys": 0}) as running:
        host = knockdeploy(running, "plan", "--json").host()
        # Two proofs, in each of which a window passes and knocks take most of another.
        (said,) = [each for each in host["warnings"] if "minutes to confirm" in each]
        assert said == "10 minutes to confirm, not 5: the change takes that long"
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--confirm-minutes", "1")
        assert "2 minutes to confirm, not 1" in ran.out
        assert "configure terminal revert timer 2" in running.routers["r1"].box.typed


def test_router_nobody_gets_in_to_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "PATIENCE_S", 60.0)
    monkeypatch.setattr(undo, "POLL_S", 0.1)
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        machine = running.routers["r1"]
        before = snapshot(running)
        fate = machine.box.config_fate

        def config_fate(line: str) -> Fate:
            if machine.box.n_lines == 59:
                machine.faults = Faults(vtys_busy=True)
                machine.drop_sessions()
                threading.Timer(0.5, time_passes).start()
            return fate(line)

        def time_passes() -> None:
            running.call(lambda: clock.advance(301))
            machine.faults = Faults()

        machine.box.config_fate = config_fate  # type: ignore[method-assign]
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert re.search(
            r"waiting up to \d+ min for the router to revert by itself; Ctrl-C", ran.err
        )
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == "unreachable"
        assert snapshot(running) == before


def test_line_that_is_refused_because_the_router_went_back_says_nothing_of_the_line() -> None:
    """Its time is over in the middle of the change: half of it is gone then."""
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        r1 = running.routers["r1"]
        change(running, *SERVER, saved=True)  # a countdown puts a copy back, without a word
        before = snapshot(running)
        r1.faults = Faults(refuse_line=20)
        at_line(r1, 20, lambda: clock.advance(6 * 60))
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert (host["status"], host["state"], host["error"]["kind"]) == (
            "rolled-back", "before", "reverted",
        )  # fmt: skip
        assert snapshot(running) == before
