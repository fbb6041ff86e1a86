"""What holds for every plan of enforcement zone, whatever policy the zone had: random ones."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator

from brute import OWN, PROBES, Probe, admitted
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from planning import make_plan, make_removal, make_rollback, render, survey

from knockdeploy.errors import LockoutError, UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios import filters
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.ios.ways_in import way_in
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan, PlanStep
from knockdeploy.plan.typist import type_line

OUTSIDE = "GigabitEthernet0/0"
OPERATORS = [Operator(s, OWN[0], OUTSIDE) for s in ("192.0.2.5", "198.51.100.7")]
ENTRIES = (
    "permit udp any any eq isakmp",
    "permit esp any any",
    "permit tcp any any eq 8080",
    "permit tcp 198.51.100.0 0.0.0.255 any eq 22",
    "permit udp any eq domain any",
    "deny   ip host 198.51.100.7 any",
    "permit icmp any any",
    "permit tcp any any eq 25",
)
SERVICES = ("22/tcp", "80/tcp", "443/tcp-udp", "53/udp")
INBOUND = """\
ip access-list extended ACL_WAN
 deny   ip host 8.8.8.8 any
 permit ip any any
"""


@st.composite
def intents(draw: st.DrawFn) -> Intent:
    return intent_from(
        {
            "weak": True,
            "enforcement": "zone",
            "ports": draw(st.permutations((46543, 28654, 40204))),
            "services": draw(
                st.lists(st.sampled_from(SERVICES), min_size=1, max_size=3, unique=True)
            ),
            "interface": OUTSIDE,
            "management_sources": draw(st.sampled_from(([], ["192.0.2.0/24"]))),
            "keep_established": draw(st.booleans()),
        }
    )


@st.composite
def routers(draw: st.DrawFn) -> Node:
    kind = draw(st.sampled_from(("no pair", "bare", "policy", "policy")))
    maps = policy = lists = pair = ""
    if kind != "no pair":
        pair = "zone-pair security in source INTERNET destination self\n"
    if kind == "policy":
        pair += " service-policy type inspect IN\n"
        for name in draw(st.sampled_from(((), ("A",), ("A", "B")))):
            rows = draw(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=2, unique=True))
            maps += f"class-map type inspect match-any {name}\n match access-group name {name}\n"
            action = draw(st.sampled_from(("pass", "inspect", "drop")))
            policy += f" class type inspect {name}\n  {action}\n"
            lists += f"ip access-list extended {name}\n" + "".join(f" {row}\n" for row in rows)
        default = draw(st.sampled_from(("pass", "drop", "drop log")))
        policy = f"policy-map type inspect IN\n{policy} class class-default\n  {default}\n"
        if draw(st.booleans()):  # one policy may serve several pairs (ios-facts-more §A)
            pair += "zone-pair security lan source LAN destination INTERNET\n"
            pair += " service-policy type inspect IN\n"
    has_list = draw(st.booleans())
    binding = " ip access-group ACL_WAN in\n" if has_list else ""
    return with_numbers(
        parse(
            f"version 15.4\nhostname r1\n{maps}{policy}zone security INTERNET\n"
            f"zone security LAN\n{pair}interface {OUTSIDE}\n"
            f" ip address 203.0.113.10 255.255.255.0\n{binding} zone-member security INTERNET\n"
            "interface GigabitEthernet0/1\n ip address 10.1.1.1 255.255.255.0\n"
            f" zone-member security LAN\n{INBOUND if has_list else ''}{lists}control-plane\n"
        )
    )


def planned(running: Node, intent: Intent, operator: Operator | None = None) -> Plan | None:
    try:
        wanted = parse(render(intent, survey(running, intent)))
        return make_plan(running, wanted, intent, operator)
    except (UnsupportedError, LockoutError) as error:
        event(f"refused: {error.kind}")
        return None


def opening(config: Node, intent: Intent) -> frozenset[Probe]:
    """Return the probes that open something to a protected service of the router."""
    services = {(p, s.port) for s in intent.services for p in s.protocol.split("-")}
    probes = (p for p in _probes() if p.destination in OWN and (p.protocol, p.port) in services)
    return admitted(config, OUTSIDE, probes)


def managed(probe: Probe, intent: Intent) -> bool:
    return bool(intent.management_sources) and probe.source.startswith("192.0.2.")


def steps(plan: Plan) -> Iterator[PlanStep]:
    """Yield the steps that may change what comes in: the lines of the applet do not."""
    silent = ("event ", "action ", "udp ", "no event")
    return (step for step in plan.steps if not step.command.line.startswith(silent))


def test_no_step_is_more_open_and_the_end_is_shut_and_comes_back() -> None:
    seen = Counter[str]()

    @given(routers(), intents())
    @settings(max_examples=12, deadline=None)
    def holds(running: Node, intent: Intent) -> None:
        plan = planned(running, intent)
        seen["planned" if plan else "refused"] += 1
        if plan is None:
            return
        seen["copied"] += any(command.momentary for command in plan.commands)
        before = opening(running, intent)
        for step in steps(plan):
            more = opening(step.after, intent) - before
            assert all(managed(probe, intent) for probe in more), step.command.line
        assert all(managed(probe, intent) for probe in opening(plan.after, intent))
        again = planned(plan.after, intent)
        assert again is not None
        assert again.commands == ()
        removal = make_removal(plan.after, intent, allow_open=True)
        assert to_text(removal.after) == to_text(running)
        back = make_rollback(running, plan.after, intent, allow_open=True)
        ends = opening(plan.after, intent) | before
        for step in (*steps(removal), *steps(back)):
            assert opening(step.after, intent) <= ends, step.command.line
        state = plan.after
        for command in plan.undo():
            state = type_line(state, command)
            assert opening(state, intent) <= ends, command.line

    holds()
    assert seen["copied"], seen
    assert seen["planned"] > seen["copied"], seen


@given(routers(), intents(), st.sampled_from(OPERATORS))
@settings(max_examples=15, deadline=None)
def test_the_operator_is_let_in_at_every_step_or_the_change_is_refused(
    running: Node, intent: Intent, operator: Operator
) -> None:
    plan = planned(running, intent, operator)
    assume(plan is not None)
    assert plan is not None
    source, target = operator.source or "", operator.local_address or ""
    session, again = (Probe("tcp", source, 50000, target, 22, ack) for ack in (True, False))
    changes = [(running, plan), *_back(running, plan.after, intent, operator)]
    for start, change in changes:
        let_in = admitted(start, OUTSIDE)
        for step in steps(change):
            now = admitted(step.after, OUTSIDE, (session, again))
            assert session not in let_in or session in now, step.command.line
            if again in let_in and not step.command.momentary:
                assert again in now, step.command.line


def _back(
    running: Node, deployed: Node, intent: Intent, operator: Operator
) -> Iterator[tuple[Node, Plan]]:
    """Yield a removal, and a rollback of it, each with where it starts."""
    with contextlib.suppress(LockoutError):
        yield deployed, make_removal(deployed, intent, operator, allow_open=True)
        yield running, make_rollback(running, deployed, intent, operator, allow_open=True)


@given(routers(), intents())
@settings(max_examples=15, deadline=None)
def test_what_is_evaluated_is_what_packets_meet(running: Node, intent: Intent) -> None:
    """Exposure against brute force: every probe through the whole path, in every state."""
    plan = planned(running, intent)
    assume(plan is not None)
    for step in plan.steps[-4:] if plan else ():
        way = way_in(step.after, OUTSIDE)
        let_in = admitted(step.after, OUTSIDE)
        for probe in (p for p in _probes() if p.destination in OWN):
            packet = Packet(
                probe.protocol, probe.source, probe.source_port, probe.destination, probe.port
            )
            assert filters.admitted(way, packet) is (probe in let_in), (step.command.line, probe)


def _probes() -> tuple[Probe, ...]:
    return tuple(probe for probe in PROBES if probe.opens)
