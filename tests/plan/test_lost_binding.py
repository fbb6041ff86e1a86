"""The list with our entries is not bound any more: whose place is whose."""

from __future__ import annotations

import pytest
from intents import a_short_intent
from planning import make_plan, render, survey

from knockdeploy.compliance.findings import findings
from knockdeploy.errors import RouterError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import inbound_acl
from knockdeploy.plan.diff import planned
from knockdeploy.plan.model import Plan

FIRST, SECOND = "GigabitEthernet0/0", "GigabitEthernet0/1"
ROUTER = f"""\
interface {FIRST}
 ip address 203.0.113.10 255.255.255.0
 ip access-group WAN in
interface {SECOND}
 ip address 198.51.100.1 255.255.255.0
 ip access-group WAN in
ip access-list extended OTHER
 permit ip any any
ip access-list extended THIRD
 permit tcp any any
ip access-list extended WAN
 permit ip any any
"""
Bound = tuple[str | None, str | None]


def intent(acl: str = "auto") -> Intent:
    return a_short_intent(interface=[FIRST, SECOND], acl=acl)


def plan(running: Node, wish: Intent) -> Plan:
    wanted = parse(render(wish, survey(running, wish)))
    return make_plan(running, wanted, wish, allow_open=True)


def rebound(config: Node, lists: Bound) -> Node:
    """Return a router on which somebody bound other lists."""
    for name, bound in zip((FIRST, SECOND), lists, strict=True):
        header = f"interface {name}"
        section = config.child(header)
        assert section
        lines = [line for line in section.children if not line.text.startswith("ip access-group ")]
        lines += [Node(f"ip access-group {bound} in")] if bound else []
        config = config.put((header,), section.with_children(tuple(lines)))
    return config


@pytest.mark.parametrize("acl", ["auto", "WAN"])
@pytest.mark.parametrize(
    "lists", [(None, None), ("OTHER", "OTHER"), (None, "OTHER"), ("WAN", None)]
)
def test_it_is_bound_again(acl: str, lists: Bound) -> None:
    deployed = plan(with_numbers(parse(ROUTER)), intent(acl)).after
    after = plan(rebound(deployed, lists), intent(acl)).after
    assert [inbound_acl(after, name) for name in (FIRST, SECOND)] == ["WAN", "WAN"]


@pytest.mark.parametrize("is_ours", [True, False])
def test_an_interface_that_is_listed_later_gets_the_list_that_we_made(is_ours: bool) -> None:
    """One of somebody else's is bound where they want it."""
    bare = ROUTER.replace(" ip access-group WAN in\n", "") if is_ours else ROUTER
    running = rebound(with_numbers(parse(bare)), (None if is_ours else "WAN", None))
    one, both = (
        a_short_intent(interface=names, new_acl_entries=["permit ip any any"])
        for names in ([FIRST], [FIRST, SECOND])
    )
    if is_ours:
        after = plan(plan(running, one).after, both).after
        assert {inbound_acl(after, name) for name in (FIRST, SECOND)} == {"ACL_Internet_In"}
    else:
        with pytest.raises(RouterError, match="do not share one inbound ACL"):
            plan(running, both)


def test_what_is_bound_in_its_place_is_told_once() -> None:
    running = rebound(plan(with_numbers(parse(ROUTER)), intent()).after, ("OTHER", None))
    differences = planned(plan(running, intent()))
    told = findings(differences, survey(running, intent()), ["22/tcp"])
    open_to_all = "22/tcp are reachable from anywhere"
    assert [(each.line, each.message) for each in told] == [
        ("ip access-group WAN in", f"OTHER is bound in place of WAN: {open_to_all}"),
        ("ip access-group OTHER in", "does not belong there"),
        ("ip access-group WAN in", f"WAN is no longer bound: {open_to_all}"),
    ]


@pytest.mark.parametrize("lists", [("WAN", "OTHER"), ("OTHER", "THIRD")])
def test_who_wants_what_is_not_clear_where_others_are_bound_beside_it(lists: Bound) -> None:
    deployed = plan(with_numbers(parse(ROUTER)), intent()).after
    with pytest.raises(RouterError, match="do not share one inbound ACL"):
        plan(rebound(deployed, lists), intent())


def test_a_list_that_the_intent_names_takes_over_where_it_is_bound() -> None:
    deployed = plan(with_numbers(parse(ROUTER)), intent()).after
    with pytest.raises(RouterError) as caught:
        plan(rebound(deployed, ("WAN", "WAN")), intent("OTHER"))
    assert "WAN" in caught.value.message
