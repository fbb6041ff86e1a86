"""An ACL that is made: `new_acl_entries`, as people write them."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import make_plan, render, survey

from knockdeploy.errors import IntentError
from knockdeploy.ios.parse import parse

RUNNING = parse("""\
hostname branch7
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
""")
HEADER = "ip access-list extended ACL_Internet_In"


@pytest.mark.parametrize(
    "twice",
    [
        ("permit icmp any any", "permit icmp any any"),
        ("permit tcp any any eq 80", "permit tcp any any eq www"),
        ("permit tcp any host 203.0.113.10 eq 22 established",),  # ours, and then theirs
        ("remark theirs", "remark theirs"),
    ],
    ids=lambda lines: str(lines[0]),
)
def test_an_entry_that_is_there_already_is_no_change(twice: tuple[str, ...]) -> None:
    """iosxe-facts §2a: an ACE equal to an existing one, number aside: no change is made."""
    intent = an_intent(new_acl_entries=[*twice, "permit ip any any"])
    made = make_plan(RUNNING, parse(render(intent, survey(RUNNING, intent))), intent)
    section = made.after.child(HEADER)
    assert section is not None
    lines = [node.text for node in section.children]
    assert lines[-1] == "permit ip any any"
    assert len(set(lines)) == len(lines)
    wanted = parse(render(intent, survey(made.after, intent)))
    assert make_plan(made.after, wanted, intent).commands == ()


def test_a_group_that_the_router_has_not_is_named() -> None:
    intent = an_intent(new_acl_entries=["permit ip object-group NOC any"])
    with pytest.raises(IntentError, match="no object-group NOC") as caught:
        survey(RUNNING, intent)
    assert "knock.new_acl_entries" in caught.value.hint
    there = parse("object-group network NOC\n host 192.0.2.7\ninterface GigabitEthernet0/0\n")
    assert survey(there, intent).acl == "ACL_Internet_In"
