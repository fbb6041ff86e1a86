"""Random lists, intents and drift, and two deployments after another: what to plan for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import assume
from hypothesis import strategies as st
from planning import make_plan, render, survey

from knockdeploy.errors import OpensError, UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan

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


@contextmanager
def unless_refused() -> Iterator[None]:
    """Leave out what is refused."""
    try:
        yield
    except REFUSED:
        assume(False)
        raise


DIALECTS = (Dialect(), Dialect(numbered_dynamic=False))


def plan_of(
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


def drifted(config: Node, seed: int) -> Node:
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
        with unless_refused():
            earlier, is_picky = draw(intents(is_shared=is_shared)), draw(st.booleans())
            running = plan_of(running, earlier, is_picky=is_picky).after
        if draw(st.booleans()):
            running = drifted(running, draw(st.integers(0, 2**16)))
    return running, intent


@st.composite
def withdrawals(draw: st.DrawFn) -> tuple[Node, Intent]:
    """Return a deployed router whose list lets anybody in, and an intent with a service less."""
    wide = draw(intents())
    assume(len(wide.services) > 1)
    with unless_refused():
        running = plan_of(draw(routers(lets_in=True)), wide).after
    return running, wide.model_copy(update={"services": wide.services[1:]})
