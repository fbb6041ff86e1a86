"""Lines that a user's template puts into what is somebody else's."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import make_plan, render, survey

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.parse import parse
from knockdeploy.plan.model import Plan

INTENT = an_intent(new_acl_entries=["permit ip any any"])
ROUTER = "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"


def planned(there: str, lines: str) -> tuple[Plan, list[str]]:
    """Return the plan for a router with more in it, and what it types beside the usual."""
    plans = []
    for more in ("", lines):
        running = parse(f"{ROUTER}{there}")
        wanted = parse(f"{render(INTENT, survey(running, INTENT))}{more}")
        plans.append(make_plan(running, wanted, INTENT))
    usual, plan = plans
    rest = [each for each in plan.commands if each not in usual.commands]
    return plan, [" / ".join((*each.parents, each.line)) for each in rest]


@pytest.mark.parametrize(
    ("there", "lines", "types"),
    [
        ("", "ip http max-connections 5\n", ["ip http max-connections 5"]),
        ("ip http max-connections 5\n", "ip http max-connections 5\n", []),
        (
            "ip http max-connections 9\n",
            "ip http max-connections 5\n",
            ["ip http max-connections 5"],
        ),
        (
            "line vty 0 4\n exec-timeout 5 0\n",
            "line vty 0 4\n logging synchronous\n",
            ["line vty 0 4 / logging synchronous"],
        ),
        ("line vty 0 4\n exec-timeout 5 0\n", "line vty 0 4\n exec-timeout 5 0\n", []),
        ("line vty 0 4\n exec-timeout 5 0\n", "line vty 0 4\n", []),
        (
            "object-group network OPS\n host 192.0.2.1\n",
            "object-group network OPS\n host 192.0.2.2\n",
            ["object-group network OPS / host 192.0.2.2"],
        ),
    ],
)
def test_lines_are_added_and_none_is_taken_away(there: str, lines: str, types: list[str]) -> None:
    plan, typed = planned(there, lines)
    assert typed == types
    wanted = parse(f"{render(INTENT, survey(plan.after, INTENT))}{lines}")
    assert make_plan(plan.after, wanted, INTENT).commands == ()


def test_a_line_in_the_place_of_another_is_refused() -> None:
    vty = "line vty 0 4\n exec-timeout {}\n"
    with pytest.raises(
        UnsupportedError, match="'exec-timeout 5 0' is already under 'line vty 0 4'"
    ):
        planned(vty.format("5 0"), vty.format("9 0"))
