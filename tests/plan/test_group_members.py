"""What a plan says of lists with object-groups: whom it shuts out, and what it cannot tell."""

from __future__ import annotations

from intents import an_intent
from planning import make_plan, render, survey

from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.parse import parse
from knockdeploy.plan.model import Plan

RUNNING = """\
version 15.4
object-group network P
 {member}
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group WAN in
ip access-list extended WAN
 permit tcp object-group P any eq 443
 deny   tcp any any
"""


def _plan(member: str, dialect: Dialect = CLASSIC) -> Plan:
    intent = an_intent(services=["22/tcp", "443/tcp"])
    running = parse(RUNNING.format(member=member))
    wanted = parse(render(intent, survey(running, intent, dialect)))
    return make_plan(running, wanted, intent, dialect=dialect)


def test_a_range_in_a_group_lets_in_nothing_but_what_its_entry_says() -> None:
    plan = _plan("range 198.51.100.64 198.51.100.70")
    assert {each.service for each in plan.closes} == {"443/tcp"}
    assert not plan.warnings


def test_a_member_that_is_not_understood_is_said() -> None:
    plan = _plan("host noc.example.net")
    assert {each.service for each in plan.closes} == {"443/tcp"}  # perhaps
    (warning,) = plan.warnings
    assert "'host noc.example.net' in 'object-group network P' is not understood" in warning
    copied = _plan("host noc.example.net", Dialect(numbered_dynamic=False)).warnings
    assert any("is not understood: the entries of WAN that" in each for each in copied)
