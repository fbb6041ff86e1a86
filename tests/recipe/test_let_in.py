"""What a router's counters say of a knock: that it came in by the way that we come."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import survey

from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import recipe_for

ROUTER = """\
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group WAN in
 zone-member security INTERNET
zone security INTERNET
ip access-list extended WAN
 permit ip any any
"""
PERMITS = "permit object-group OG_Knock any host 203.0.113.10"
# `show ip access-lists` as ios-facts §5 and iosxe-facts §8 have it
BY_LIST = f"""\
Extended IP access list {{}}
    5 permit ip host 192.0.2.9 any (3 matches)
    6 {PERMITS}{{}}
    7 permit tcp any host 203.0.113.10 eq 22 established (4 matches)
    10 permit ip any any (88 matches)
"""


def placed(enforcement: str) -> tuple[Intent, Placement]:
    intent = an_intent(enforcement=enforcement)
    return intent, survey(parse(ROUTER), intent)


@pytest.mark.parametrize(
    ("counted", "expected"), [(" (7 matches)", 7), (" (1 match)", 1), ("", None)]
)
@pytest.mark.parametrize(
    ("enforcement", "name"), [("interface-acl", "WAN"), ("zone", "ACL_Zone_Knock")]
)
def test_the_permit_of_knocks_counts_those_that_came_by(
    enforcement: str, name: str, counted: str, expected: int | None
) -> None:
    intent, at = placed(enforcement)
    recipe = recipe_for(intent)
    shown = BY_LIST.format(name, counted)
    if enforcement == "zone":  # a list of ours alone, the permit is all there is in it
        shown = "\n".join(line for line in shown.splitlines() if PERMITS in line or "list" in line)
    told = {command: shown if name in command.split() else "" for command in recipe.shows(at)}
    assert recipe.enforcement.let_in(told, at) == expected


@pytest.mark.parametrize("enforcement", ["interface-acl", "zone", "copp"])
def test_an_answer_without_entries_tells_nothing(enforcement: str) -> None:
    intent, at = placed(enforcement)
    recipe = recipe_for(intent)
    assert recipe.enforcement.let_in(dict.fromkeys(recipe.shows(at), ""), at) is None
