"""A list that is bound before it denies: an unbound one may take no temporary entries (§5)."""

from __future__ import annotations

import pytest
from lockout.support import INSIDE, INTENT, router
from planning import make_plan, render, survey

from knockdeploy.command import Phase
from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.typist import type_line

OPERATOR = Operator("10.1.1.9", INSIDE, "GigabitEthernet0/1")
BODIES = {
    "ends-in-everything": ["permit icmp any any", "permit ip any any"],
    "ends-in-a-denial": ["permit esp any any", "deny ip any any log"],
    "is-longer-than-the-gap": [f"permit tcp any any eq {port}" for port in range(8001, 8015)],
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_list_is_bound_in_open_and_denies_in_close(body: list[str]) -> None:
    intent = intent_from({**INTENT, "new_acl_entries": body})
    running = parse(router())
    wanted = parse(render(intent, survey(running, intent)))
    plan = make_plan(running, wanted, intent, OPERATOR, binds_first=True)
    usual = make_plan(running, wanted, intent, OPERATOR)

    assert to_text(plan.after) == to_text(usual.after)
    opened = plan.phase(Phase.OPEN)
    assert opened[-1].line == "ip access-group ACL_Internet_In in"
    assert not [each.line for each in opened if "deny" in each.line]
    assert {each.parents for each in plan.phase(Phase.CLOSE)} <= {
        (),
        ("ip access-list extended ACL_Internet_In",),
    }
    assert [str(each) for each in plan.closes] == [str(each) for each in usual.closes]

    state = running
    for command in plan.commands:
        state = type_line(state, command)
    assert to_text(state) == to_text(plan.after)
    for command in plan.undo():
        state = type_line(state, command)
    assert to_text(state) == to_text(running)
