"""The log buffer from which an applet of IOS-XE reads knocks (iosxe-facts §1a, §8)."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import render, survey

from knockdeploy.compliance.facts import LOGGING, Router
from knockdeploy.compliance.log_buffer import kept, limits, other_entries
from knockdeploy.ios.parse import parse
from knockdeploy.recipe.running import Running

ROUTER = """\
version 17.9
{lines}
interface GigabitEthernet0/0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group WAN in
ip access-list extended WAN
 10 permit tcp any any eq 22
 20 {last}
"""
INTENT = an_intent(interface="GigabitEthernet0/0/0")


def router(lines: str, last: str = "permit ip any any", said: str = "") -> Router:
    running = Running(parse(ROUTER.format(lines=lines, last=last))).config
    at = survey(running, INTENT, platform="cisco_xe")
    rendered = parse(render(INTENT, at, platform="cisco_xe"))
    return Router(running, {LOGGING: said}, rendered=rendered)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("logging buffered 262144 informational", []),
        ("logging buffered 262144", []),
        ("logging buffered discriminator QUIET 262144 debugging", []),
        ("logging buffered 262144 notifications", ["error"]),
        ("logging buffered warnings", ["error", "warning"]),
        ("logging buffered 262144 6", []),  # IOS takes a level as a number, too
        ("logging buffered 262144 5", ["error"]),
        ("logging buffered 4096 informational", ["warning"]),
        ("no logging buffered", ["error"]),
        ("hostname r1", ["warning"]),
    ],
)
def test_what_is_kept(line: str, found: list[str]) -> None:
    assert [each.severity for each in kept(router(line), INTENT)] == found


def test_a_buffer_that_is_off_is_told_by_the_router_itself() -> None:
    (found,) = kept(
        router("hostname r1", said="    Buffer logging:  disabled, xml disabled,"), INTENT
    )
    assert found.severity == "error"


@pytest.mark.parametrize(
    ("last", "count"),
    [("permit ip any any", 0), ("deny ip any any log", 1), ("deny ip any any log-input", 1)],
)
def test_other_entries_that_log_are_told(last: str, count: int) -> None:
    found = list(other_entries(router("hostname r1", last), INTENT))
    assert [each.line for each in found] == [last][:count]


def test_other_rates_of_logging_are_told() -> None:
    line = "ip access-list log-update threshold 1"
    assert [each.line for each in limits(router(line), INTENT)] == [line]
    assert not list(limits(router("hostname r1"), INTENT))
