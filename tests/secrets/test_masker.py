"""Masking by role, on both sides of a diff."""

from __future__ import annotations

import re

import pytest
from planning import masker as masker_of

from knockdeploy.intent import Names
from knockdeploy.secrets import Masker
from knockdeploy.sequence import Knock, KnockSequence

PORTS = (46543, 28654, 40204, 57566, 34515)
SEQUENCE = KnockSequence(tuple(map(Knock, PORTS)))
GROUP = ("object-group service OG_Knock",)
SERVICES = ("object-group service OG_Knock_Services",)
COPP = ("ip access-list extended ACL_CoPP_Knock",)
INBOUND = ("ip access-list extended ACL_WAN",)
APPLET = ("event manager applet EEM_Knock",)
OTHER = re.compile(r"<other knock [0-9A-F]{4}>")


@pytest.fixture
def masker() -> Masker:
    return masker_of(SEQUENCE, b"k" * 32, Names())


@pytest.mark.parametrize(
    ("parents", "line", "masked"),
    [
        (GROUP, "udp eq 46543", "udp eq <knock 1>"),
        (GROUP, "no udp eq 34515", "no udp eq <knock 5>"),
        (GROUP, "tcp eq 28654", "tcp eq <knock 2>"),
        (GROUP, "udp range 46543 57566", "udp range <knock 1> <knock 4>"),
        (GROUP, "udp 46543", "udp <knock 1>"),  # as an image may print it
        (GROUP, " no udp 46543", " no udp <knock 1>"),
        (COPP, "permit udp any any eq 40204", "permit udp any any eq <knock 3>"),
        (
            COPP,
            "permit udp any eq 40204 10.1.1.0 0.0.0.255 eq 46543 log",
            "permit udp any eq <knock 3> 10.1.1.0 0.0.0.255 eq <knock 1> log",
        ),
        (
            COPP,
            "permit object-group OG_Knock any host 203.0.113.10",
            "permit object-group OG_Knock any host 203.0.113.10",
        ),
        (
            APPLET,
            r'event tag _knock_Tag_E1 syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\(46543\)"',
            r'event tag _knock_Tag_E1 syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\(<knock 1>\)"',
        ),
        (
            APPLET,
            'event tag _knock_Tag_E1 syslog pattern ".*%CP-6-UDP.*46543.*$"',
            'event tag _knock_Tag_E1 syslog pattern ".*%CP-6-UDP.*<knock 1>.*$"',
        ),
        (  # on IOS-XE: severity, address and count are no ports
            APPLET,
            r'event syslog pattern "%SEC-6-IPACCESSLOGP: .*> 192\.0\.2\.1\(46543\), 1 packet"',
            r'event syslog pattern "%SEC-6-IPACCESSLOGP: .*> 192\.0\.2\.1\(<knock 1>\), 1 packet"',
        ),
        (
            APPLET,
            "event tag E1 syslog occurs 1 pattern 46543 period 10",
            "event tag E1 syslog occurs 1 pattern <knock 1> period 10",
        ),
        (
            ("event manager applet EEM_Knock authorization bypass",),
            'no event tag E2 syslog pattern "28654"',
            'no event tag E2 syslog pattern "<knock 2>"',
        ),
        (APPLET, 'action 0100 syslog msg "saw 46543"', 'action 0100 syslog msg "saw <knock 1>"'),
        (APPLET, "action 46543 end", "action 46543 end"),
        (APPLET, "trigger occurs 1 period 10", "trigger occurs 1 period 10"),
        (SERVICES, "tcp eq 22", "tcp eq 22"),
        (INBOUND, "permit tcp any host 203.0.113.10 eq 22 established", None),
        (INBOUND, "permit udp any any eq 46543", None),  # by role: not an entry of ours
        ((), "hostname r46543", None),
    ],
)
def test_a_port_is_masked_where_its_role_makes_it_a_knock(
    masker: Masker, parents: tuple[str, ...], line: str, masked: str | None
) -> None:
    assert masker.line(parents, line) == (line if masked is None else masked)


@pytest.mark.parametrize(
    ("parents", "line"),
    [
        (GROUP, "udp eq 11111"),
        (GROUP, "udp eq snmp"),
        (GROUP, "udp source gt 11111"),
        (GROUP, "description knock 11111 first"),
        (COPP, "permit udp any any eq 11111"),
        (APPLET, r'event tag E1 syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\(11111\)"'),
    ],
)
def test_any_other_port_in_that_role_is_masked_too(
    masker: Masker, parents: tuple[str, ...], line: str
) -> None:
    masked = masker.line(parents, line)
    assert len(OTHER.findall(masked)) == 1
    assert "11111" not in masked
    assert "snmp" not in masked


def test_other_ports_look_equal_when_they_are_and_the_key_decides_how() -> None:
    one, two = (masker_of(SEQUENCE, key, Names()) for key in (b"1" * 32, b"2" * 32))
    assert one.port("11111") == one.port("11111")
    assert one.port("11111") != one.port("11112")
    assert one.port("11111") != two.port("11111")


def test_log_messages_lose_the_destination_port_alone(masker: Masker) -> None:
    log = (
        "000123: %CP-6-UDP: DROP  198.51.100.7(50000) -> 192.0.2.1(46543)\n"
        "000124: %CP-6-TCP: DROP  ttl=5 198.51.100.7(50000) -> 192.0.2.1(11111)\n"
    )
    masked = masker.text(log)
    assert "198.51.100.7(50000) -> 192.0.2.1(<knock 1>)\n" in masked
    assert OTHER.search(masked)
    assert "11111" not in masked


def test_names_of_the_intent_decide_which_objects_are_ours() -> None:
    masker = masker_of(SEQUENCE, b"k", Names(knock_group="KNOCKS"))
    assert masker.line(("object-group service KNOCKS",), "udp eq 46543") == "udp eq <knock 1>"
    assert masker.line(GROUP, "udp eq 46543") == "udp eq 46543"
