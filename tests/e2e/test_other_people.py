"""Other people at work on the same router: nothing of theirs is saved, undone or run over."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from commandline import Document

from knockdeploy.ios.tree import Node
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router.clock import ManualClock

from .support import (
    OPEN,
    STRICT,
    asked,
    at_line,
    by_the_outside,
    change,
    knockdeploy,
    lab,
    snapshot,
    typed,
)

pytestmark = pytest.mark.lab
FOREIGN = "ip domain name somebody.example"


def has(running: Node, line: str) -> bool:
    return running.child(line) is not None


def skipped(running: Fabric, kind: str, *options: str) -> Document:
    before = snapshot(running)
    machine = running.routers["r1"]
    machine.box.typed.clear()
    ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json", *options)
    host = ran.host()
    assert (ran.status, host["status"], host["state"]) == (1, "skipped", "before")
    assert host["error"]["kind"] == kind
    assert host["error"]["hint"]
    assert snapshot(running) == before
    return host


def test_unsaved_changes_of_others_are_left_alone() -> None:
    with lab(kind=STRICT) as running:
        change(running, FOREIGN)
        host = skipped(running, "unsaved-changes")
        assert "at 'ip ...'" in host["error"]["message"]
        assert "somebody.example" not in json.dumps(host)  # it might be a password
        assert typed(running.routers["r1"]) == []
        planned = knockdeploy(running, "plan", "--json")  # as deploy would have it, with the diff
        assert (planned.status, planned.host()["status"]) == (1, "skipped")
        assert planned.host()["error"]["kind"] == "unsaved-changes"
        assert planned.host()["diff"]
        assert f"not saved: + {FOREIGN}" in planned.host()["warnings"]
        assert knockdeploy(running, "plan", "--save-all").status == 2


def test_unsaved_changes_are_saved_when_that_is_asked_for() -> None:
    with lab(kind=STRICT) as running:
        change(running, FOREIGN)
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--save-all", "--json")
        assert (ran.status, ran.host()["saved"]) == (0, True)
        assert FOREIGN in snapshot(running).startup


def test_pending_timer_of_others_is_locked_and_goes_on() -> None:
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        _arm(running)
        host = skipped(running, "locked")
        assert "jane is pending: the router reverts in 30 min" in host["error"]["message"]
        assert typed(running.routers["r1"]) == []
        assert snapshot(running).is_pending
        for command in ("plan", "check"):  # who looks at what will go back by itself is told so
            looked = knockdeploy(running, command, "--json")
            assert (looked.status, looked.host()["status"]) == (1, "skipped")
            assert looked.host()["error"] == host["error"]
        running.call(lambda: clock.advance(29 * 60 + 20))
        left = skipped(running, "locked")["error"]["message"]
        assert "the router reverts in 40 s" in left  # of 30 minutes, by its own clock
        assert looked.host()["findings"], "what was found is told all the same"


def _arm(running: Fabric) -> None:
    router = running.routers["r1"].router

    def arm() -> None:
        line = router.lines.open_line("jane", "172.16.1.5", "172.16.1.1", "GigabitEthernet0/1")
        assert line is not None
        assert not router.revert.arm(30, line).startswith("%")

    running.call(arm)


def _count_down(running: Fabric) -> None:
    change(
        running,
        "event manager applet knockdeploy_revert_beef_1",
        "event timer countdown time 300 maxrun 900",
        'action 1.0 cli command "enable"',
        'action 2.0 cli command "configure replace flash:knockdeploy-beef force"',
        saved=True,
    )


@pytest.mark.parametrize("waits", [_arm, _count_down], ids=["revert timer", "countdown"])
def test_what_waits_for_its_confirmation_is_locked_though_nothing_differs(
    waits: Callable[[Fabric], None],
) -> None:
    with lab(kind=STRICT) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        assert knockdeploy(running, "check").status == 0
        waits(running)
        skipped(running, "locked")
        for command in ("plan", "check"):
            looked = knockdeploy(running, command, "--json")
            assert (looked.status, looked.host()["status"]) == (1, "skipped")
            assert looked.host()["error"]["kind"] == "locked"
        taken = knockdeploy(running, "remove", "--open", "--yes", "--json")
        assert (taken.host()["status"], taken.host()["error"]["kind"]) == ("skipped", "locked")


def test_configuration_lock_of_others_is_locked() -> None:
    with lab(kind=STRICT) as running:
        running.routers["r1"].faults = Faults(locked_by="jane")
        host = skipped(running, "locked")
        assert "jane" in host["error"]["message"]
        assert running.routers["r1"].box.n_lines == 0


def test_concurrent_change_is_kept_and_not_saved() -> None:
    with lab(kind=STRICT) as running:
        before = snapshot(running)
        at_line(running.routers["r1"], 45, foreign_change(running))
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert (ran.status, host["status"], host["state"]) == (1, "deployed", "after")
        assert (host["saved"], host["error"]["kind"]) == (False, "concurrent-change")
        now = snapshot(running)
        assert has(now.running, FOREIGN)
        assert has(now.running, "service sequence-numbers")
        assert now.startup == before.startup
        assert not now.is_pending
        # A reload would lose the door: check says so, deploy mends it once theirs may be saved.
        checked = knockdeploy(running, "check", "--json")
        rules = [finding["rule"] for finding in checked.host()["findings"]]
        assert (checked.status, rules) == (2, ["startup-config"])
        assert skipped(running, "unsaved-changes")
        saved = knockdeploy(running, "deploy", "--yes", "--save-all", "--json").host()
        assert (saved["status"], saved["saved"], saved["diff"]) == ("deployed", True, "")
        assert knockdeploy(running, "check").status == 0


def test_concurrent_change_survives_the_undo_of_ours() -> None:
    with lab(kind=STRICT) as running:
        before = snapshot(running)
        machine = running.routers["r1"]
        machine.faults = Faults(refuse_line=80)
        at_line(machine, 45, foreign_change(running))
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert (host["status"], host["error"]["kind"]) == ("rolled-back", "refused-line")
        now = snapshot(running)
        assert has(now.running, FOREIGN)
        assert not now.is_pending
        kept = [node for node in now.running.children if not node.text.startswith("ip domain name")]
        assert kept == [
            n for n in before.running.children if not n.text.startswith("ip domain name")
        ]


def foreign_change(running: Fabric) -> Callable[[], None]:
    """Return somebody's change, to be made on the lab's thread."""
    router = running.routers["r1"].router

    def configure() -> None:
        line = router.lines.open_line("jane", "172.16.1.5", "172.16.1.1", "GigabitEthernet0/1")
        assert line is not None
        router.configure((), FOREIGN)
        router.lines.close_line(line)

    return configure


def test_router_changed_since_the_plan_was_shown_is_left_alone() -> None:
    with lab(kind=STRICT) as running, asked(running, "deploy", "--no-proof", "--json") as answer:
        change(running, FOREIGN, saved=True)
        before = snapshot(running)
        ran = answer("y")
        host = ran.host()
        assert (ran.status, host["status"], host["state"]) == (1, "failed", "before")
        assert host["error"]["kind"] == "changed-since-plan"
        assert snapshot(running) == before
        assert typed(running.routers["r1"]) == []


@pytest.mark.parametrize(("word", "status", "ends"), [("y", 0, "deployed"), ("", 1, "skipped")])
def test_answer_decides(word: str, status: int, ends: str) -> None:
    with lab(kind=STRICT) as running, asked(running, "deploy", "--no-proof", "--json") as answer:
        ran = answer(word)
        assert "+ service sequence-numbers" in ran.err  # shown, before it was asked
        assert (ran.status, ran.host()["status"]) == (status, ends)
        assert bool(typed(running.routers["r1"])) is (ends == "deployed")


def test_change_that_would_lock_the_operator_out_is_refused() -> None:
    with lab() as running:  # an ACL that was not there: one may still get in from outside
        by_the_outside(running)
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        host = ran.host()
        assert (ran.status, host["status"], host["state"]) == (1, "failed", "before")
        assert host["error"]["kind"] == "lockout"
        assert "ip access-group ACL_Internet_In in" in host["error"]["message"]
        assert "management_sources" in host["error"]["hint"]
        assert typed(running.routers["r1"]) == []


def test_lockout_names_the_entry_of_an_acl_in_use() -> None:
    with lab(kind=OPEN) as running:
        change(running, "ip access-list extended ACL_WAN", "no deny tcp any any eq 22", saved=True)
        by_the_outside(running)
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert host["error"]["kind"] == "lockout"
        assert "deny object-group OG_Knock_Services any host" in host["error"]["message"]
        assert typed(running.routers["r1"]) == []


def test_what_was_not_saved_is_saved_by_who_agrees_to_that() -> None:
    with lab(kind=STRICT) as running:
        running.routers["r1"].faults = Faults(deny="write memory")
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 1
        running.routers["r1"].faults = Faults()
        planned = knockdeploy(running, "plan")
        assert (planned.status, planned.out.split()) == (
            0,
            ["r1", "unchanged:", "to", "be", "saved"],
        )
        with asked(running, "deploy", "--no-proof", "--json") as answer:
            ran = answer("y")
            assert (ran.status, ran.host()["saved"]) == (0, True)
        assert knockdeploy(running, "plan").out.split() == ["r1", "unchanged"]
