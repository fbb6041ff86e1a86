"""Sessions that break or hang in the middle: the report says what the router is like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.router.clock import ManualClock

from .support import STRICT, at_line, knockdeploy, lab, settings, snapshot, typed

pytestmark = pytest.mark.lab
LINES = (1, 2, 20, 60, 90, 92)  # the last two shut the door


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(lambda k: Faults(drop_line=k), "unreachable", id="drops"),
        pytest.param(lambda k: Faults(hang_line=k), "timeout", id="hangs"),
    ],
)
def test_session_that_ends_at_a_line_is_taken_back_from_a_new_one(
    fault: Callable[[int], Faults], kind: str
) -> None:
    with lab(len(LINES), kind=STRICT) as running:
        settings(running, device={"read_timeout_s": 2})
        before = {name: snapshot(running, name) for name in running.routers}
        for machine, k in zip(running.routers.values(), LINES, strict=True):
            machine.faults = fault(k)
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        assert ran.status == 1
        for name in running.routers:
            host = ran.host(name)
            assert (host["status"], host["state"]) == ("rolled-back", "before")
            assert host["error"]["kind"] == kind
            assert snapshot(running, name) == before[name]


def shut_lines(machine: Machine) -> Callable[[], None]:
    """Return what lets nobody in any more."""
    return lambda: setattr(machine, "faults", Faults(vtys_busy=True))


def test_router_nobody_gets_in_to_is_reverting_and_does() -> None:
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        machine = running.routers["r1"]
        before = snapshot(running)

        def cut() -> None:
            shut_lines(machine)()
            machine.drop_sessions()

        at_line(machine, 60, cut)
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert (ran.status, host["status"], host["state"]) == (1, "failed", "reverting")
        assert host["error"]["kind"] == "unreachable"
        assert snapshot(running).is_pending
        assert snapshot(running).running != before.running
        running.call(lambda: clock.advance(301))
        assert snapshot(running) == before


def test_change_that_lets_no_new_session_in_is_taken_back_on_the_first() -> None:
    with lab(kind=STRICT) as running:
        machine = running.routers["r1"]
        before = snapshot(running)
        at_line(machine, 92, shut_lines(machine))
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == "unreachable"
        assert snapshot(running) == before


def revert_fires(running: Fabric, clock: ManualClock, at: int) -> None:
    """Let the router's own timer fire at a line."""
    at_line(running.routers["r1"], at, lambda: clock.advance(301))


@pytest.mark.parametrize("line", [1, 9, 45, 92])
def test_router_whose_own_timer_fires_in_the_middle_is_as_before(line: int) -> None:
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        before = snapshot(running)
        revert_fires(running, clock, line)
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == "reverted"
        assert snapshot(running) == before


@pytest.mark.parametrize(
    ("deny", "state"),
    [
        ("configure confirm", "before"),
        ("no policy-map .*", "before"),  # the undo itself is refused: the router's own revert
        ("(no policy-map|configure revert) .*", "reverting"),
    ],
)
def test_commands_denied_by_aaa_end_in_what_the_report_says(deny: str, state: str) -> None:
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        before = snapshot(running)
        running.routers["r1"].faults = Faults(deny=f"{deny}|service sequence-numbers")
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert (ran.status, host["error"]["kind"], host["state"]) == (1, "authorization", state)
        assert (snapshot(running).running == before.running) is (state == "before")
        running.call(lambda: clock.advance(301))
        assert snapshot(running) == before


def test_confirmation_refused_to_any_session_is_taken_back() -> None:
    with lab(kind=STRICT) as running:
        before = snapshot(running)
        running.routers["r1"].faults = Faults(deny="configure confirm")
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == "authorization"
        assert snapshot(running) == before


def test_change_that_cannot_be_saved_stands_and_says_so() -> None:
    with lab(kind=STRICT) as running:
        machine = running.routers["r1"]
        before = snapshot(running)
        machine.faults = Faults(deny="write memory")
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert (ran.status, host["status"], host["state"]) == (1, "deployed", "after")
        assert not host["saved"]
        assert host["error"]["kind"] == "authorization"
        assert "not saved" in host["error"]["message"]
        assert "write memory" in host["error"]["hint"]
        now = snapshot(running)
        assert not now.is_pending
        assert now.startup == before.startup
        machine.faults = Faults()
        assert knockdeploy(running, "plan").status == 0
        assert "configure confirm" in typed(machine)


def test_what_was_saved_and_is_not_shown_is_told_as_saved() -> None:
    """AAA that refuses the look at startup-config: the router said [OK], and saved."""
    with lab(kind=STRICT) as running:
        machine = running.routers["r1"]
        save = machine.router.save

        def saved() -> None:
            save()
            machine.faults = Faults(deny="show startup-config")

        machine.router.save = saved  # type: ignore[method-assign]
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert (ran.status, host["status"], host["saved"]) == (0, "deployed", True)
        assert host["error"] is None
        assert any("by the router's own word alone" in each for each in host["warnings"])


def test_positions_that_are_not_told_are_not_guessed() -> None:
    with lab(kind=STRICT) as running:
        before = snapshot(running)
        running.routers["r1"].faults = Faults(deny="show ip access-lists .*")
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert (host["status"], host["state"]) == ("failed", "before")
        assert host["error"]["kind"] == "authorization"
        assert not typed(running.routers["r1"])
        assert snapshot(running) == before
