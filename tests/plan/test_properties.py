"""What holds for every plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from brute import OWN, Probe, admitted, filter_of
from hypothesis import given, settings
from hypothesis import strategies as st
from intents import a_short_intent
from situations import (
    OUTSIDE,
    REFUSED,
    ROUTER,
    SECOND,
    drifted,
    plan_of,
    situations,
    unless_refused,
    withdrawals,
)

from knockdeploy.command import Phase
from knockdeploy.errors import LockoutError, OpensError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line


def _numbers(config: Node) -> list[tuple[str, int | None]]:
    return sorted(
        (node.text, node.number)
        for parents, node in config.walk()
        if parents[:1] and parents[0].startswith("ip access-list") and node.text[:6] != "remark"
    )


def _lines(config: Node) -> list[str]:
    return sorted(to_text(config).splitlines())


def _entries(config: Node) -> list[str]:
    return [
        line
        for node in config.children
        if node.text.startswith("ip access-list")
        for line in to_text(node).splitlines()
    ]


def test_plan_then_undo_is_the_identity_and_a_second_plan_is_empty() -> None:
    ways = Counter[str]()

    @given(situations(), st.booleans())
    @settings(max_examples=25)
    def holds(situation: tuple[Node, Intent], is_picky: bool) -> None:
        ways[_undone(*situation, is_picky=is_picky)] += 1

    holds()
    assert min(ways["resequence"], ways["copy"], ways["in the gaps"]) > 1, ways


def _undone(running: Node, intent: Intent, *, is_picky: bool) -> str:
    try:
        plan = plan_of(running, intent, is_picky=is_picky)
    except REFUSED as error:
        return error.kind
    assert plan_of(plan.after, intent, is_picky=is_picky).commands == ()
    state = plan.after
    for command in plan.undo():
        state = type_line(state, command)
    assert _lines(state) == _lines(running)
    assert _entries(state) == _entries(running)
    if any("resequence" in command.line for command in plan.commands):
        return "resequence"  # an irregular numbering is not given back: nothing shows it
    assert _numbers(state) == _numbers(running)
    return "copy" if _is_copied(plan) else "in the gaps"


def _is_copied(plan: Plan) -> bool:
    return plan.after.child("ip access-list extended ACL_WAN_knock") is not None


@given(situations(), st.data())
@settings(max_examples=12)
def test_the_undo_of_each_beginning_gives_back_what_was_there(
    situation: tuple[Node, Intent], data: st.DataObject
) -> None:
    running, intent = situation
    with unless_refused():
        plan = plan_of(running, intent)
    count = data.draw(st.integers(0, len(plan.steps)))
    state = plan.steps[count - 1].after if count else plan.before
    for command in plan.undo(plan.commands[:count]):
        state = type_line(state, command)
    assert _lines(state) == _lines(running)
    assert _entries(state) == _entries(running)


def _protected(running: Node, intent: Intent) -> set[tuple[str, int]]:
    """Return what is protected now or was by an earlier deployment."""
    services = {
        (protocol, service.port)
        for service in intent.services
        for protocol in service.protocol.split("-")
    }
    group = running.child("object-group service OG_Knock_Services")
    for member in group.children if group else ():
        protocol, _, port = member.text.split()
        number = {"www": 80, "domain": 53}.get(port) or int(port)
        services |= {(each, number) for each in protocol.split("-")}
    return services


def _opened(plan: Plan, running: Node, intent: Intent) -> set[Probe]:
    """Return the probes that open a protected service in some state and did not before."""
    services = _protected(running, intent)
    return {
        probe
        for interface in intent.interface
        for step in _filtering(plan)
        for probe in admitted(step, interface) - admitted(plan.before, interface)
        if probe.opens
        and probe.destination in OWN
        and (probe.protocol, probe.port) in services
        and not any(_within(probe.source, str(net)) for net in intent.management_sources)
    }


def _within(source: str, network: str) -> bool:
    return source.startswith("192.0.2.") if network.startswith("192.0.2") else source in network


def _filtering(plan: Plan) -> list[Node]:
    """Return the states after lines that may change what comes in."""
    words = ("ip access-list", "interface", "object-group")
    return [
        step.after
        for step in plan.steps
        if (*step.command.parents, step.command.line)[0].removeprefix("no ").startswith(words)
    ]


def test_no_state_is_more_open_than_before_unless_allowed() -> None:
    ends = Counter[str]()

    @given(situations() | withdrawals())
    @settings(max_examples=20)
    def holds(situation: tuple[Node, Intent]) -> None:
        ends[_allowed(*situation)] += 1

    holds()
    assert min(ends["refused"], ends["opens nothing"]) > 4, ends


def _allowed(running: Node, intent: Intent) -> str:
    try:
        allowed = plan_of(running, intent)
    except REFUSED as error:
        return error.kind
    opened = _opened(allowed, running, intent)
    try:
        plan_of(running, intent, allow_open=False)
    except OpensError:
        assert opened, "refused, and no packet shows why"
        return "refused"
    assert not opened
    return "opens nothing"


def _beyond(plan: Plan, intent: Intent) -> set[Probe]:
    """Return the probes that open a protected service on the way, and neither before nor after."""
    services = _protected(plan.before, intent)
    return {
        probe
        for interface in intent.interface
        for state in _filtering(plan)
        for probe in admitted(state, interface)
        - admitted(plan.before, interface)
        - admitted(plan.after, interface)
        if probe.opens and probe.destination in OWN and (probe.protocol, probe.port) in services
    }


@given(situations())
@settings(max_examples=16)
def test_with_open_no_state_is_more_open_than_before_and_after(
    situation: tuple[Node, Intent],
) -> None:
    running, intent = situation
    with unless_refused():
        plan = plan_of(running, intent)
    assert not _beyond(plan, intent)


KNOCKS = frozenset({46543, 28654, 40204, 50505})


@given(situations())
@settings(max_examples=14)
def test_open_shuts_nothing_and_close_only_what_it_says(situation: tuple[Node, Intent]) -> None:
    running, intent = situation
    with unless_refused():
        plan = plan_of(running, intent)
    phases = [step.command.phase for step in plan.steps]
    assert phases == sorted(phases, key=[Phase.OPEN, Phase.CLOSE].index)
    states = _filtering(plan)
    for interface in intent.interface:
        last = admitted(plan.before, interface)
        for step in plan.steps:
            if step.command.phase is Phase.CLOSE:
                break
            if step.after not in states:
                continue
            now = admitted(step.after, interface)
            lost = {probe for probe in last - now if probe.port not in KNOCKS}
            assert not lost, f"{step.command.line} shuts in OPEN"
            last = now


OPERATORS = st.builds(
    Operator,
    st.sampled_from(("198.51.100.7", "198.51.100.200", "192.0.2.5", "8.8.8.8")),
    st.sampled_from((*OWN, None)),
    st.sampled_from((OUTSIDE, "GigabitEthernet0/1", SECOND, None)),
)


def test_nobody_is_locked_out_by_a_plan_that_is_made() -> None:
    ends = Counter[str]()

    @given(situations(), OPERATORS)
    @settings(max_examples=16)
    def holds(situation: tuple[Node, Intent], operator: Operator) -> None:
        ends[_let_in(*situation, operator)] += 1

    holds()
    assert min(ends["refused"], ends["stays in"]) > 3, ends


def _let_in(running: Node, intent: Intent, operator: Operator) -> str:
    try:
        free = plan_of(running, intent)
    except REFUSED as error:
        return error.kind
    cut = _cut_off(free, operator, intent.interface)
    try:
        plan_of(running, intent, operator)
    except LockoutError:
        assert cut, "refused, and nobody is cut off"
        return "refused"
    assert not cut
    return "stays in"


def _cut_off(plan: Plan, operator: Operator, outside: tuple[str, ...]) -> set[Probe]:
    ways = _ways(operator, outside)
    assert operator.source is not None
    wanted = {
        Probe("tcp", operator.source, 50000, address, 22, ack)
        for address in ((operator.local_address,) if operator.local_address else OWN)
        for ack in (True, False)
    }
    before = [filter_of(plan.before, way) for way in ways]
    lost: set[Probe] = set()
    for index, step in enumerate(plan.steps):
        is_last_open = plan.steps[index + 1 : index + 2] == () or (
            plan.steps[index + 1].command.phase is Phase.CLOSE
        )
        is_checked = step.command.phase is Phase.CLOSE or is_last_open
        if is_checked and [filter_of(step.after, way) for way in ways] != before:
            lost |= wanted - frozenset.intersection(*(admitted(step.after, way) for way in ways))
    return lost


def _ways(operator: Operator, outside: tuple[str, ...]) -> tuple[str, ...]:
    """Return by which interfaces the operator may come: all outside ones where that is unclear."""
    if operator.local_address is None or operator.interface is None:
        return outside
    holder = OUTSIDE if operator.local_address == OWN[0] else "GigabitEthernet0/1"
    found = tuple({holder, operator.interface} & set(outside))
    return found or (operator.interface,)


def test_the_strategies_reach_what_they_are_for() -> None:
    """A drifted list differs, or these properties would show nothing."""
    text = ROUTER.format(binding="", second="", acl="", policy="", host="")
    running = with_numbers(parse(text))
    intent = a_short_intent(interface=OUTSIDE, new_acl_entries=["permit ip any any"])
    deployed = plan_of(running, intent).after
    drifts = {to_text(drifted(deployed, seed)) for seed in range(20)}
    assert len(drifts) > 5
    assert replace(deployed) == deployed
