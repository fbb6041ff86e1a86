"""What holds for every plan: random lists, intents, drift, and two deployments after another."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from brute import OWN, Probe, admitted, filter_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planning import make_plan, render, survey

from knockdeploy.command import Phase
from knockdeploy.errors import LockoutError, OpensError, UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line

OUTSIDE = "GigabitEthernet0/0"
SECOND = "GigabitEthernet0/2"
ROUTER = """\
version 15.4
hostname r1
{policy}interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
{binding}interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
interface GigabitEthernet0/2
 no ip address
{second}{acl}{host}control-plane
"""
# Somebody's policy on the host path; the first class never sees a knock.
POLICY = """\
class-map match-any CM_SSH
 match access-group name ACL_SSH
policy-map COPP
 class CM_SSH
  police 64000
 class class-default
  police 8000
"""
HOST_PATH = """\
ip access-list extended ACL_SSH
 permit tcp any any eq 22
control-plane host
 service-policy input COPP
"""
FOREIGN = (
    "permit ip any any",
    "deny   ip any any",
    "permit tcp any any eq 22",
    "deny   tcp any any eq 22",
    "permit tcp any any eq www",
    "permit tcp any any established",
    "permit tcp 198.51.100.0 0.0.0.255 host 203.0.113.10 eq 443",
    "deny   ip host 198.51.100.7 any",
    "permit udp any any eq domain",
    "permit udp any eq domain any",
    "permit tcp any eq ftp-data any gt 1023",
    "permit tcp any eq ftp-data any",
    "deny   udp any any",
    "permit tcp any any eq 8080 log",
    "remark somebody was here",
)
SERVICES = ("22/tcp", "80/tcp", "443/tcp-udp", "53/udp", "8080/tcp")
MANAGEMENT = ("192.0.2.0/24", "198.51.100.7/32")


def _unique(pool: tuple[str, ...], low: int, high: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(pool), min_size=low, max_size=high, unique=True)


@st.composite
def intents(draw: st.DrawFn, *, is_shared: bool = False) -> Intent:
    return intent_from(
        {
            "weak": True,
            "ports": draw(st.permutations((46543, 28654, 40204))),
            "services": draw(_unique(SERVICES, 1, 3)),
            "interface": [OUTSIDE, SECOND] if is_shared else OUTSIDE,
            "management_sources": draw(_unique(MANAGEMENT, 0, 2)),
            "keep_established": draw(st.booleans()),
            "new_acl_entries": ["permit tcp any any established", "permit ip any any"],
        }
    )


@st.composite
def routers(draw: st.DrawFn, *, is_shared: bool = False, lets_in: bool = False) -> Node:
    lines = draw(_unique(FOREIGN, 0, 6))
    if lets_in:
        lines = [*(line for line in lines if "ip any any" not in line), "permit ip any any"]
    entries = [line for line in lines if not line.startswith("remark")]
    has_policy = draw(st.booleans())
    rest = {"policy": POLICY, "host": HOST_PATH} if has_policy else {"policy": "", "host": ""}
    if not entries:
        return with_numbers(parse(ROUTER.format(binding="", second="", acl="", **rest)))
    first = draw(st.sampled_from((1, 2, 10, 60)))  # is there room above them?
    steps = draw(st.lists(st.integers(1, 30), min_size=len(entries), max_size=len(entries)))
    numbers = [first + sum(steps[:index]) for index in range(len(entries))]
    acl = "ip access-list extended ACL_WAN\n" + "".join(f" {line}\n" for line in lines)
    binding = " ip access-group ACL_WAN in\n"
    second = binding if is_shared else ""
    text = ROUTER.format(binding=binding, second=second, acl=acl, **rest)
    return with_numbers(parse(text), {"ACL_WAN": numbers})


REFUSED = (UnsupportedError, OpensError)  # the latter where even --open does not allow a moment
DIALECTS = (Dialect(), Dialect(numbered_dynamic=False))


def _plan(
    running: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = True,
    is_picky: bool = False,
) -> Plan:
    wanted = parse(render(intent, survey(running, intent, DIALECTS[is_picky])))
    return make_plan(
        running, wanted, intent, operator, allow_open=allow_open, dialect=DIALECTS[is_picky]
    )


def _drifted(config: Node, seed: int) -> Node:
    """Return the configuration after somebody's hand: entries gone, added, a member changed."""
    choose = random.Random(seed)
    children = []
    for section in config.children:
        node = section
        if node.text.startswith("ip access-list extended ACL_") and "CoPP" not in node.text:
            kept = [child for child in node.children if choose.random() > 0.15]
            taken = {child.number for child in node.children}
            texts = {child.text for child in node.children}
            number = choose.randrange(1, 60)
            text = choose.choice(FOREIGN[:-1])
            if number not in taken and text not in texts and choose.random() < 0.5:
                kept.append(Node(text, number=number))
            if any(not child.text.startswith("remark") for child in kept):
                node = node.with_children(tuple(sorted(kept, key=lambda n: n.number or 0)))
        elif node.text == "object-group service OG_Knock" and choose.random() < 0.4:
            node = node.with_children((*node.children[1:], Node("udp eq 50505")))
        children.append(node)
    return config.with_children(tuple(children))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Node, Intent]:
    """Return a router, often with an earlier deployment and drift, and what is wanted now."""
    is_shared = draw(st.booleans())
    running, intent = draw(routers(is_shared=is_shared)), draw(intents(is_shared=is_shared))
    if draw(st.booleans()):
        try:
            earlier, is_picky = draw(intents(is_shared=is_shared)), draw(st.booleans())
            running = _plan(running, earlier, is_picky=is_picky).after
        except REFUSED:
            assume(False)
        if draw(st.booleans()):
            running = _drifted(running, draw(st.integers(0, 2**16)))
    return running, intent


@st.composite
def withdrawals(draw: st.DrawFn) -> tuple[Node, Intent]:
    """Return a deployed router whose list lets anybody in, and an intent with a service less."""
    wide = draw(intents())
    assume(len(wide.services) > 1)
    try:
        running = _plan(draw(routers(lets_in=True)), wide).after
    except REFUSED:
        assume(False)
        raise
    return running, wide.model_copy(update={"services": wide.services[1:]})


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
        plan = _plan(running, intent, is_picky=is_picky)
    except REFUSED as error:
        return error.kind
    assert _plan(plan.after, intent, is_picky=is_picky).commands == ()
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
    try:
        plan = _plan(running, intent)
    except REFUSED:
        assume(False)
        raise
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
        allowed = _plan(running, intent)
    except REFUSED as error:
        return error.kind
    opened = _opened(allowed, running, intent)
    try:
        _plan(running, intent, allow_open=False)
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
    try:
        plan = _plan(running, intent)
    except REFUSED:
        assume(False)
        raise
    assert not _beyond(plan, intent)


KNOCKS = frozenset({46543, 28654, 40204, 50505})


@given(situations())
@settings(max_examples=14)
def test_open_shuts_nothing_and_close_only_what_it_says(situation: tuple[Node, Intent]) -> None:
    running, intent = situation
    try:
        plan = _plan(running, intent)
    except REFUSED:
        assume(False)
        raise
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
        free = _plan(running, intent)
    except REFUSED as error:
        return error.kind
    cut = _cut_off(free, operator, intent.interface)
    try:
        _plan(running, intent, operator)
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
    intent = intent_from(
        {
            "weak": True,
            "ports": [46543, 28654, 40204],
            "services": ["22/tcp"],
            "interface": OUTSIDE,
            "new_acl_entries": ["permit ip any any"],
        }
    )
    deployed = _plan(running, intent).after
    drifts = {to_text(_drifted(deployed, seed)) for seed in range(20)}
    assert len(drifts) > 5
    assert replace(deployed) == deployed
