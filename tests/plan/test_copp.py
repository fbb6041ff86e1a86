"""Enforcement copp on random routers: what holds at each step, against a plain reading."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import pytest
from brute import OWN, PROBES, Probe, admitted
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from intents import a_short_intent
from planning import make_plan, make_removal, make_rollback, render, survey
from situations import OUTSIDE, intents, routers

from knockdeploy.command import Command
from knockdeploy.errors import LockoutError, OpensError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line

INSIDE = "GigabitEthernet0/1"
WAYS = (OUTSIDE, INSIDE)
SOURCES = ("192.0.2.5", "198.51.100.7", "8.8.8.8")


@st.composite
def copp_intents(draw: st.DrawFn) -> Intent:
    return draw(intents()).model_copy(
        update={"enforcement": "copp", "destination": draw(st.sampled_from(("outside", "any")))}
    )


def plan_of(running: Node, intent: Intent, operator: Operator | None = None) -> Plan:
    wanted = parse(render(intent, survey(running, intent)))
    return make_plan(running, wanted, intent, operator, allow_open=True)


def typed(state: Node, commands: Sequence[Command]) -> Node:
    for command in commands:
        state = type_line(state, command)
    return state


def services(intent: Intent) -> set[tuple[str, int]]:
    return {(p, s.port) for s in intent.services for p in s.protocol.split("-")}


def openings(plan: Plan, intent: Intent, *known: Node) -> set[Probe]:
    """Return what opens a service in some state, and in none of those that are known."""
    wanted = services(intent)
    probes = [
        p for p in PROBES if p.opens and p.destination in OWN and (p.protocol, p.port) in wanted
    ]
    found: set[Probe] = set()
    for way in WAYS:
        had = frozenset[Probe]().union(*(admitted(each, way, probes) for each in known))
        for step in plan.steps:
            if not step.command.line.startswith(("event ", "action ", "udp ", "no event")):
                found |= admitted(step.after, way, probes) - had
    return found


def test_each_step_of_a_deployment_and_of_its_removal() -> None:
    ways = Counter[str]()

    @given(routers(), copp_intents())
    @settings(max_examples=12)
    def holds(running: Node, intent: Intent) -> None:
        try:
            plan = plan_of(running, intent)
        except UnsupportedError:
            ways["refused"] += 1
            return
        ways["planned"] += 1
        assert plan_of(plan.after, intent).commands == ()
        assert to_text(typed(plan.after, plan.undo())) == to_text(running)
        assert openings(plan, intent, running) == set()
        removal = make_removal(plan.after, intent, allow_open=True)
        assert to_text(removal.after) == to_text(running)
        assert openings(removal, intent, plan.after, running) == set()
        back = make_rollback(running, plan.after, intent, allow_open=True)
        assert openings(back, intent, plan.after, running) == set()
        ways["rolled back"] += bool(back.commands)
        for way, probe in itertools.product(WAYS, admitted(plan.after, OUTSIDE)):
            assert not (probe.port == 22 and probe.source == "8.8.8.8" and probe.opens) or (
                (probe.protocol, probe.port) not in services(intent) or probe.destination not in OWN
            ), way

    holds()
    assert ways["rolled back"] > 1, ways


@given(routers(), copp_intents(), st.sampled_from(SOURCES), st.sampled_from(OWN))
@settings(max_examples=12)
def test_nobody_locks_himself_out(running: Node, intent: Intent, source: str, target: str) -> None:
    """What is planned for a session keeps it, and a new one, at each step; there and back."""
    way = OUTSIDE if target == OWN[0] else INSIDE
    operator = Operator(source, target, way)
    try:
        plan = plan_of(running, intent, operator)
        removal = make_removal(plan.after, intent, operator, allow_open=True)
        back = make_rollback(running, plan.after, intent, operator, allow_open=True)
    except (UnsupportedError, LockoutError):
        assume(False)
        raise
    either = {Probe("tcp", source, 50000, target, 22, ack) for ack in (False, True)}
    assume(either & admitted(running, way))
    for start, change in ((running, plan), (plan.after, removal), (running, back)):
        ours = either & admitted(start, way)
        for step in change.steps:
            assert ours <= admitted(step.after, way, ours), step.command.line


INTENT = a_short_intent(
    services=["22/tcp", "80/tcp"],
    interface=OUTSIDE,
    management_sources=["192.0.2.0/24"],
    enforcement="copp",
)
BARE = parse(
    f"version 15.4\ninterface {OUTSIDE}\n ip address 203.0.113.10 255.255.255.0\n"
    f"interface {INSIDE}\n ip address 10.1.1.1 255.255.255.0\ncontrol-plane\n"
)
CLASSES = ("Knock", "Admitted", "Shut")


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(order, id="-".join(order) or "none")
        for count in range(4)
        for order in itertools.permutations(CLASSES, count)
    ],
)
def test_classes_come_into_their_order_and_nobody_gets_in_meanwhile(order: Sequence[str]) -> None:
    """ios-facts-more §A: a new class stands behind the others; a packet is in the first."""
    deployed = plan_of(BARE, INTENT).after
    policy = deployed.child("policy-map PM_CoPP")
    assert policy
    known = {node.text: node for node in policy.children}
    drifted = deployed.put(
        (policy.text,), policy.with_children(tuple(known[f"class CM_CoPP_{n}"] for n in order))
    )
    plan = plan_of(drifted, INTENT)
    states = [drifted, *(step.after for step in plan.steps)]  # each line does something
    assert all(one != other for one, other in itertools.pairwise(states))
    assert to_text(plan.after) == to_text(deployed)
    assert to_text(typed(plan.after, plan.undo())) == to_text(drifted)
    assert all(each.source == "192.0.2.5" for each in openings(plan, INTENT, drifted, deployed))
    wanted = parse(render(INTENT, survey(drifted, INTENT)))
    try:
        make_plan(drifted, wanted, INTENT)
    except OpensError as error:
        pytest.fail(str(error))
