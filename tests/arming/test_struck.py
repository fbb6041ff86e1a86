"""A deployment struck at a line of any step: what is reported is what the router is like."""

from __future__ import annotations

import re

import pytest
from commandline import Document, Ran
from e2e.support import STRICT, Snapshot, change, knockdeploy, lab, snapshot

from benchmarks.steps import STEPS
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Fate, Faults, Strike
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.router.clock import ManualClock

pytestmark = pytest.mark.lab
TIMER = ("archive", "path flash:archive")
ARCHIVE = ("no archive",)
COPY = ("archive", "path tftp://10.9.9.9/r1")
CASES = (
    (TIMER, Strike(Fate.DROP, r"configure terminal revert timer \d+"), "before"),
    (TIMER, Strike(Fate.RELOAD, r"deny .*|\d+ deny .*"), "before"),
    (TIMER, Strike(Fate.DROP, "configure confirm"), "before"),
    (TIMER, Strike(Fate.DENY, "configure confirm"), "after"),  # the arming session may
    (TIMER, Strike(Fate.RELOAD, "write memory"), "before"),  # confirmed, and lost all the same
    (TIMER, Strike(Fate.DROP, "write memory"), "after"),
    (ARCHIVE, Strike(Fate.DROP, "path flash:knockdeploy-"), "before"),
    (ARCHIVE, Strike(Fate.DROP, "delete .*"), "after"),
    (ARCHIVE, Strike(Fate.RELOAD, "no path .*"), "before"),
    (COPY, Strike(Fate.DROP, "copy .*"), "before"),
    (COPY, Strike(Fate.DROP, "event timer countdown .*"), "before"),
    (COPY, Strike(Fate.RELOAD, "no event manager applet .*"), "before"),
    (COPY, Strike(Fate.DROP, "no event manager applet .*"), "before"),
    (COPY, Strike(Fate.DROP, "delete .*"), "after"),
)


def deploy(running: Fabric) -> Ran:
    return knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")


def agrees(running: Fabric, name: str, host: Document, before: Snapshot, state: str) -> None:
    """See that a report says what the router is like."""
    now = snapshot(running, name)
    told = (name, host["status"], host["state"], host["error"])
    assert host["state"] == state, told
    assert not now.is_pending, told
    if state == "before":
        assert (now.running, now.startup) == (before.running, before.startup), told
        assert host["status"] in {"rolled-back", "failed"}, told
    else:
        assert "event manager applet EEM_Knock" in running.routers[name].router.running_text()
        assert host["status"] == "deployed", told
        assert host["saved"] is ("EEM_Knock" in now.startup) is True, told


def is_clean(machine: Machine) -> None:
    """See that nothing is left of what armed a router."""
    router = machine.router
    assert not any("knockdeploy-" in file for file in router.flash), machine.place.name
    for text in (router.running_text(), router.startup):
        assert not re.search("knockdeploy[-_]", text), machine.place.name


def test_report_is_what_the_router_is_like() -> None:
    clock = ManualClock()
    with lab(len(CASES), kind=STRICT, clock=clock) as running:
        machines = running.routers
        for name, (archive, _, _) in zip(machines, CASES, strict=True):
            change(running, *archive, name=name, saved=True)
        before = {name: snapshot(running, name) for name in machines}
        for machine, (_, strike, _) in zip(machines.values(), CASES, strict=True):
            machine.faults = Faults(strike=strike)
        hosts = deploy(running).document["hosts"]
        for (name, host), (_, _, state) in zip(hosts.items(), CASES, strict=True):
            agrees(running, name, host, before[name], state)
        running.call(lambda: clock.advance(7300))
        for (name, host), (_, _, state) in zip(hosts.items(), CASES, strict=True):
            agrees(running, name, host, before[name], state)
        for machine in machines.values():
            machine.faults = Faults()
        # Whatever it was: the next run carries it through, and leaves nothing of the first.
        assert deploy(running).status == 0
        for machine in machines.values():
            is_clean(machine)


def test_steps_are_found_in_what_a_deployment_types() -> None:
    with lab(kind=STRICT) as running:
        assert knockdeploy(running, "deploy", "--yes").status == 0
        typed = iter(running.routers["r1"].box.typed)
        for name, first in STEPS.items():
            assert any(re.fullmatch(first, line) for line in typed), name


def test_copy_that_stays_in_flash_is_told() -> None:
    with lab(kind=STRICT) as running:
        change(running, *COPY, saved=True)
        machine = running.routers["r1"]
        machine.faults = Faults(deny="dir .*")
        host = deploy(running).document["hosts"]["r1"]
        assert (host["status"], host["saved"]) == ("deployed", True)
        assert any("knockdeploy-revert" in file for file in machine.router.flash)
        assert any("may stay in flash" in said for said in host["warnings"])


def test_answer_that_is_lost_with_its_session_is_looked_for() -> None:
    """What was confirmed, or saved, was so, though nobody heard of it."""
    lines = ("configure terminal revert timer .*", "configure confirm", "write memory")
    with lab(len(lines), kind=STRICT, clock=ManualClock()) as running:
        before = {name: snapshot(running, name) for name in running.routers}
        for machine, line in zip(running.routers.values(), lines, strict=True):
            machine.faults = Faults(strike=Strike(Fate.CUT, line))
        hosts = deploy(running).document["hosts"]
        for (name, host), state in zip(hosts.items(), ("before", "before", "after"), strict=True):
            agrees(running, name, host, before[name], state)


def test_countdown_that_was_never_typed_to_its_end_locks_nobody_out() -> None:
    with lab(kind=STRICT) as running:
        change(running, *COPY, saved=True)
        half = ("event manager applet knockdeploy_revert_beef_1", "event timer countdown time 300")
        change(running, *half)
        host = deploy(running).document["hosts"]["r1"]
        assert (host["status"], host["saved"]) == ("deployed", True)
        is_clean(running.routers["r1"])
