"""The worked example's router, and a plan for who comes to it (ios-facts, worked example)."""

from __future__ import annotations

from typing import Any

from planning import make_plan, render, survey

from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan

OUTSIDE, INSIDE = "203.0.113.10", "10.1.1.1"
US = "198.51.100.7"
INTENT = {
    "ports": [46543, 28654, 40204, 57566, 34515],
    "services": ["22/tcp", "80/tcp"],
    "interface": "GigabitEthernet0/0",
    "new_acl_entries": ["permit ip any any"],
}
ROUTER = f"""\
version 15.4
hostname branch7
!
interface GigabitEthernet0/0
 ip address {OUTSIDE} 255.255.255.0
%s!
interface GigabitEthernet0/1
 ip address {INSIDE} 255.255.255.0
%s!
%s
control-plane
!
line vty 0 4
 transport input ssh
end
"""
BOUND = " ip access-group ACL_WAN in\n"
LIMITS = f"""\
ip access-list extended ACL_WAN
 permit tcp host {US} any eq 22
 deny   tcp any any eq 22
 permit ip any any
"""
INSIDE_LIMITS = f"""\
ip access-list extended ACL_LAN
 permit tcp host {US} any eq 22
 deny   tcp any any eq 22
"""


def router(acl: str = "", outside: str = "", inside: str = "") -> str:
    return ROUTER % (outside, inside, acl)


def plan_for(text: str, operator: Operator, **knock: Any) -> Plan:
    """Plan as ``plan`` does."""
    running, intent = parse(text), intent_from({**INTENT, **knock})
    wanted = parse(render(intent, survey(running, intent)))
    return make_plan(running, wanted, intent, operator)


def deployed(text: str, **knock: Any) -> str:
    """Return the configuration with this intent."""
    inside = Operator("10.1.1.9", INSIDE, "GigabitEthernet0/1")
    return to_text(plan_for(text, inside, **knock).after) + "end\n"
