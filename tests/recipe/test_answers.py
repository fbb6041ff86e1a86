"""Whom a knock lets in gets answers: a pair from self is not stateful (ios-facts-more §A)."""

from __future__ import annotations

import pytest
from intents import an_intent

from knockdeploy.ios.parse import parse
from knockdeploy.recipe.enforcement.zone_path import action
from knockdeploy.recipe.running import Running

OUTSIDE = "203.0.113.10"
INTENT = an_intent(services=["22/tcp", "443/tcp-udp"], enforcement="zone")
PAIR = "zone security OUT\nzone-pair security BACK source self destination OUT\n"
POLICY = " service-policy type inspect P\n"


def policy(rest: str, *entries: str) -> str:
    """A policy that passes what these entries permit; the rest is for class-default."""
    lines = "".join(f" {entry}\n" for entry in entries)
    return (
        f"ip access-list extended A\n{lines}class-map type inspect match-any C\n"
        " match access-group name A\npolicy-map type inspect P\n class type inspect C\n  pass\n"
        f" class class-default\n  {rest}\n{PAIR}{POLICY}"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "pass"),
        (PAIR, "pass"),  # without a policy nothing is filtered
        (policy("pass"), "pass"),
        (policy("drop"), "inspect"),
        (policy("drop", f"permit ip host {OUTSIDE} any"), "pass"),
        (policy("drop", f"permit tcp host {OUTSIDE} any established",
                f"permit udp host {OUTSIDE} eq 443 any"), "pass"),
        (policy("drop", f"permit tcp host {OUTSIDE} any"), "inspect"),  # and the answers by UDP?
        (policy("drop", f"permit udp host {OUTSIDE} any"), "inspect"),
        (policy("drop", f"permit ip host {OUTSIDE} host 192.0.2.1"), "inspect"),
        (policy("drop", "permit ip host 10.1.1.1 any"), "inspect"),
        (policy("pass").replace("destination OUT", "destination LAN"), "pass"),
    ],
)  # fmt: skip
def test_what_was_knocked_for_is_inspected_where_its_answers_would_be_dropped(
    text: str, says: str
) -> None:
    assert action(Running.of(text), INTENT, "OUT", (OUTSIDE,)) == says


def test_answers_from_each_address_count() -> None:
    text = policy("drop", f"permit ip host {OUTSIDE} any")
    assert action(Running.of(text), INTENT, "OUT", (OUTSIDE, "10.1.1.1")) == "inspect"
    assert action(Running(parse(text)), INTENT, None, (OUTSIDE,)) == "pass"
