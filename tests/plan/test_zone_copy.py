"""A copy of a zone's policy that somebody typed into, and the moment in which none filters."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from planning import make_plan, make_removal, render, survey

from knockdeploy.compliance.facts import Router
from knockdeploy.compliance.knock_path import knocks_denied
from knockdeploy.errors import LockoutError, UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan

CASE = Path(__file__).parent.parent / "cases" / "zone-class-takes-services"
OUTSIDE = "GigabitEthernet0/0"
MAIL = "class-map type inspect match-any MAIL\n match access-group name MAIL\n"


def intent(**more: object) -> Intent:
    return intent_from({**yaml.safe_load((CASE / "intent.yaml").read_text()), **more})


def plan(running: Node, intent: Intent, operator: Operator | None = None) -> Plan:
    wanted = parse(render(intent, survey(running, intent)))
    return make_plan(running, wanted, intent, operator)


def deployed() -> Node:
    return plan(with_numbers(parse((CASE / "running.cfg").read_text())), intent()).after


def with_class(policy: str) -> Node:
    """Return the deployed router with a class of somebody's in a policy."""
    config = deployed()
    mine = config.child(f"policy-map type inspect {policy}")
    assert mine
    typed = Node("class type inspect MAIL", (Node("pass"),))
    config = config.put((mine.text,), mine.with_children((*mine.children[:-1], typed)))
    return config.with_children((*parse(MAIL).children, *config.children))


def test_a_class_typed_into_the_copy_alone_is_drift_and_stops_a_removal() -> None:
    drifted = with_class("PM_Zone_Knock")
    lines = [command.line for command in plan(drifted, intent()).commands]
    assert "no class type inspect MAIL" in lines
    with pytest.raises(UnsupportedError, match="MAIL' was typed into PM_Zone_Knock") as caught:
        make_removal(drifted, intent(), allow_open=True)
    assert "type it into IN too" in caught.value.hint


def test_the_swap_is_told_where_there_is_one() -> None:
    running = with_numbers(parse((CASE / "running.cfg").read_text()))
    first, again = plan(running, intent()), plan(deployed(), intent())
    assert any("for the moment of the swap" in warning for warning in first.warnings)
    assert not any("for the moment of the swap" in warning for warning in again.warnings)


def test_what_was_typed_into_the_original_stays_there() -> None:
    removal = make_removal(with_class("IN"), intent(), allow_open=True)
    section = removal.after.child("policy-map type inspect IN")
    assert section
    assert section.child("class type inspect MAIL")


def test_the_session_under_way_passes_the_guard_and_nothing_else_does() -> None:
    """Whoever has no way in afterwards is refused for that, not for the stopgap."""
    running = with_numbers(parse((CASE / "running.cfg").read_text()))
    session = Operator("198.51.100.7", "203.0.113.10", OUTSIDE)
    with pytest.raises(LockoutError, match="line 'no 10' shuts out") as caught:
        plan(running, intent(), session)
    assert "a new session" in caught.value.message
    knocked = plan(running, intent(access="knock", knock_only=True), session)
    assert any(command.momentary for command in knocked.commands)


def test_a_policy_leaves_its_pair_and_the_next_comes_in_one_write() -> None:
    """Without one the pair may drop what follows: a switch of the lab (ios-facts-more §A)."""
    running = with_numbers(parse((CASE / "running.cfg").read_text()))
    change = plan(running, intent())
    for commands in (change.commands, change.undo()):
        pair = [each for each in commands if each.parents[:1] and "zone-pair" in each.parents[0]]
        assert [each.alone for each in pair] == [False, False]
        assert pair[0].line.startswith("no service-policy")


def test_a_policy_that_another_pair_takes_later_is_left_for_a_copy() -> None:
    """ios-facts-more §A: one policy may serve several pairs; our classes would filter there too."""
    case = CASE.parent / "zone-their-policy"
    contributed = plan(with_numbers(parse((case / "running.cfg").read_text())), intent()).after
    pair = parse(
        "zone-pair security lan source LAN destination INTERNET\n service-policy type inspect IN\n"
    )
    shared = contributed.with_children((*contributed.children, *pair.children))
    change = plan(shared, intent())
    tail = [command.line for command in change.commands][-5:]
    assert tail == [
        "no permit object-group OG_Knock_Services any any", "no deny tcp any any established",
        "no class type inspect CM_Zone_Knock_Shut", "no class type inspect CM_Zone_Knock_In",
        "no class type inspect CM_Zone_Knock",
    ]  # fmt: skip
    assert plan(change.after, intent()).commands == ()
    theirs = change.after.child("policy-map type inspect IN")
    assert theirs
    assert [node.text for node in theirs.children] == [
        "class type inspect VPN", "class class-default"
    ]  # fmt: skip


def test_a_check_names_the_policy_that_keeps_knocks_from_the_control_plane() -> None:
    """The original, put back: its class-default drops knocks, and no list has a hand in it."""
    after = deployed()
    pair = after.child("zone-pair security in source INTERNET destination self")
    assert pair
    back = after.put((pair.text,), pair.with_children((Node("service-policy type inspect IN"),)))
    assert list(knocks_denied(Router(after), intent())) == []
    (found,) = knocks_denied(Router(back), intent())
    assert found.parents == ("policy-map type inspect IN",)
    assert "5 of 5 knocks are denied on GigabitEthernet0/0" in found.message
