"""Somebody else's policy on the control plane: which of its classes may get our knocks first."""

from __future__ import annotations

import pytest
from intents import a_short_intent
from situations import plan_of

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.trigger.foreign_copp import policing

INTENT = a_short_intent()
POLICE = "police 8000 conform-action transmit exceed-action drop"


def router(maps: str, *classes: str) -> Node:
    policy = "".join(f" class {each}\n" for each in classes)
    return parse(
        f"{maps}class-map match-any CM_ALL_UDP\n match access-group name ACL_UDP\n"
        f"policy-map COPP\n{policy} class CM_ALL_UDP\n  drop\n"
        "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"
        " ip access-group ACL_WAN in\n"
        "ip access-list extended ACL_UDP\n permit udp any any\n"
        "ip access-list extended ACL_WAN\n permit ip any any\n"
        "control-plane\n service-policy input COPP\n"
    )


@pytest.mark.parametrize(
    "maps",
    [
        "class-map match-any CM_FIRST\n match any\n",
        "class-map match-all CM_FIRST\n match any\n",
        "class-map match-any CM_FIRST\n match access-group name ACL_OTHER\n match any\n",
    ],
)
def test_what_stands_behind_a_class_that_takes_everything_gets_no_knock(maps: str) -> None:
    assert plan_of(router(maps, f"CM_FIRST\n  {POLICE}"), INTENT).steps


@pytest.mark.parametrize(
    "maps",
    [
        "",
        # all of its lines must match: not every packet does
        "class-map match-all CM_FIRST\n match any\n match access-group name ACL_OTHER\n",
        "class-map match-all CM_FIRST\n match access-group name ACL_OTHER\n",
    ],
)
def test_what_a_class_may_leave_is_dropped_by_the_next(maps: str) -> None:
    classes = (f"CM_FIRST\n  {POLICE}",) if maps else ()
    with pytest.raises(UnsupportedError, match="class CM_ALL_UDP of the policy COPP"):
        plan_of(router(maps, *classes), INTENT)


@pytest.mark.parametrize(
    "lines",
    [
        "match-any CM_ARP\n match protocol arp\n",
        "match-all CM_ARP\n match access-group name ACL_UDP\n match protocol arp\n",
        "match-all CM_ARP\n match protocol arp\n match any\n",
    ],
)
def test_a_class_of_arp_takes_no_knock(lines: str) -> None:
    maps = f"class-map {lines}"
    with pytest.raises(UnsupportedError, match="class CM_ALL_UDP of the policy COPP"):
        plan_of(router(maps, "CM_ARP\n  drop"), INTENT)


def test_policies_taken_off_a_path_whose_header_stays_are_bound_again() -> None:
    """`no ip cef` takes the policies off the host path (ios-facts §1.1); its header may stay."""
    bare = parse(
        "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"
        " ip access-group ACL_WAN in\n"
        "ip access-list extended ACL_WAN\n permit ip any any\n"
        "control-plane\n"
    )
    deployed = plan_of(bare, INTENT).after
    (host,) = (node for node in deployed.children if node.text == "control-plane host")
    left = tuple(node.with_children(()) if node is host else node for node in deployed.children)
    again = plan_of(deployed.with_children(left), INTENT)
    assert [step.command.line for step in again.steps] == [node.text for node in host.children]
    assert again.after == deployed


@pytest.mark.parametrize(
    ("action", "name"), [(POLICE, "COPP"), ("police 8000", "COPP"), ("drop", None), ("", None)]
)
def test_a_policy_polices_where_a_class_of_it_does(action: str, name: str | None) -> None:
    text = "class-map match-any CM\n match any\npolicy-map COPP\n class CM\n"
    lines = f"  {action}\n" if action else ""
    attached = "control-plane\n service-policy input COPP\n"
    assert policing(parse(f"{text}{lines}{attached}")) == name
    assert policing(parse(f"{text}{lines}control-plane\n")) is None


def test_class_default_takes_nothing_before_our_class() -> None:
    """It is kept last, whatever is added (ios-facts-more §A)."""
    running = parse(
        f"policy-map THEIRS\n class class-default\n  {POLICE}\n"
        "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"
        " ip access-group ACL_WAN in\nip access-list extended ACL_WAN\n permit ip any any\n"
        "control-plane host\n service-policy input THEIRS\n"
    )
    assert plan_of(running, INTENT).steps
