"""One form for each line, whatever stands in it."""

from __future__ import annotations

import pytest

from knockdeploy.ios.canonical import canonical, canonical_node, printed
from knockdeploy.ios.parse import parse

EXTENDED = "ip access-list extended X"


@pytest.mark.parametrize("line", ["permit", "deny", "dynamic D permit", "remark", "evaluate R"])
def test_half_a_line_is_itself(line: str) -> None:
    """What a damaged file has, or somebody typed up to there."""
    assert canonical(EXTENDED, line) == line
    assert canonical(EXTENDED, f"10 {line}") == line
    assert printed(EXTENDED, line) == line


SERVICES = "object-group service G"
APPLET = "event manager applet A"
SAME = [
    # ios-facts §6: keywords for ports; §7: blanks, numbers; addresses as IOS keeps them
    (EXTENDED, "permit tcp any any eq 80", "permit tcp any any eq www"),
    (EXTENDED, "permit udp any eq 67 any range 161 162",
     "permit udp any eq bootps any range snmp snmptrap"),
    (EXTENDED, "permit tcp any any neq 23 log", "permit tcp any any neq telnet log"),
    (EXTENDED, "permit tcp any any eq 22 80", "permit tcp any any eq 22 www"),
    (EXTENDED, "deny ip any any", "deny   ip any any"),
    (EXTENDED, "permit ip any any", "10 permit ip any any"),
    (EXTENDED, "permit 6 any any eq 22", "permit tcp any any eq 22"),
    (EXTENDED, "permit tcp 192.0.2.7 0.0.0.0 any", "permit tcp host 192.0.2.7 any"),
    (EXTENDED, "permit ip 0.0.0.0 255.255.255.255 any", "permit ip any any"),
    (EXTENDED, "permit ip 192.0.2.7 0.0.0.255 any", "permit ip 192.0.2.0 0.0.0.255 any"),
    (EXTENDED, "permit ip 192.0.2.7 0.0.9.255 any", "permit ip 192.0.2.0 0.0.9.255 any"),
    (EXTENDED, "dynamic D permit tcp any any eq 23", "dynamic D permit tcp any any eq telnet"),
    (SERVICES, "tcp eq 80", "tcp eq www"),
    (SERVICES, "tcp range 79 80", "tcp range finger www"),
    (SERVICES, "tcp-udp eq 53", "tcp-udp eq domain"),
    (SERVICES, "udp source eq 123 eq 123", "udp source eq ntp eq ntp"),
    ("class-map type logging match-any X", "match packets dropped", "match  packets dropped"),
    ("policy-map type inspect P", "class type inspect class-default", "class class-default"),
    (APPLET, 'action 0100 if $x eq "1"', "action 0100 if $x eq 1"),
]  # fmt: skip
OTHER = [
    (EXTENDED, "permit tcp any any eq 80", "permit tcp any any eq 81"),
    (EXTENDED, "permit tcp any any eq 80", "permit tcp any eq 80 any"),
    (EXTENDED, "permit udp any any eq 514", "permit udp any any eq cmd"),  # a word of TCP
    (EXTENDED, "permit ip 192.0.2.0 0.0.0.255 any", "permit ip 192.0.2.0 0.0.0.127 any"),
    (EXTENDED, "permit ip 192.0.2.0 0.0.9.255 any", "permit ip 192.0.1.0 0.0.9.255 any"),
    (EXTENDED, "permit ip host 192.0.2.7 any", "permit ip any host 192.0.2.7"),
    (EXTENDED, "remark tcp any any eq 80", "remark tcp any any eq www"),  # a text
    (EXTENDED, "dynamic D permit ip any any", "dynamic E permit ip any any"),
    (SERVICES, "tcp eq 80", "udp eq 80"),
    (SERVICES, "description eq 80", "description eq www"),
    (SERVICES, "description mail, tcp eq 25", "description mail, tcp eq smtp"),
    (APPLET, 'action 0100 puts "a b"', 'action 0100 puts "a  b"'),
    ("class-map match-any X", "match access-group name A", "match access-group name a"),
]


@pytest.mark.parametrize(("header", "one", "other"), SAME)
def test_the_same_in_other_words_has_one_form(header: str, one: str, other: str) -> None:
    assert canonical(header, one) == canonical(header, other)


@pytest.mark.parametrize(("header", "one", "other"), OTHER)
def test_another_thing_has_another_form(header: str, one: str, other: str) -> None:
    assert canonical(header, one) != canonical(header, other)


@pytest.mark.parametrize(
    ("header", "line", "shown"),
    [
        (EXTENDED, "deny tcp any any eq 80", "deny   tcp any any eq www"),
        (EXTENDED, "permit 17 any any eq 514", "permit udp any any eq syslog"),
        (EXTENDED, "permit tcp any any eq 514", "permit tcp any any eq cmd"),
        (EXTENDED, "permit tcp any any eq 22", "permit tcp any any eq 22"),  # it has no word
        (SERVICES, "tcp-udp eq 53", "tcp-udp eq domain"),
        (APPLET, "action 0100 if $x eq 1", 'action 0100 if $x eq "1"'),
        (APPLET, "action 0100 while $x lt 5", 'action 0100 while $x lt "5"'),
        (APPLET, 'action 0100 if $x eq "1"', 'action 0100 if $x eq "1"'),
        (APPLET, "action 0100 set x 1", "action 0100 set x 1"),
    ],
)
def test_ios_prints_it_in_its_own_words(header: str, line: str, shown: str) -> None:
    assert printed(header, line) == shown


CONTROL = "control-plane host\n service-policy input P\n service-policy type logging input L\n"
INSPECT = "policy-map type inspect P\n class type inspect A\n  pass\n"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (CONTROL, CONTROL.replace("input P", "input Q"), False),
        # the order of the two lines is not known (ios-facts §7)
        (CONTROL, f"{CONTROL.splitlines()[0]}\n{CONTROL.splitlines()[2]}\n"
                  f"{CONTROL.splitlines()[1]}\n", True),
        # a firewall's policy ends in a drop, whether it prints one or not (ios-facts-more §A)
        (INSPECT, f"{INSPECT} class class-default\n  drop\n", True),
        (INSPECT, f"{INSPECT} class class-default\n", True),
        (INSPECT, f"{INSPECT} class class-default\n  pass\n", False),
        (INSPECT, f"{INSPECT} class class-default\n  drop log\n", False),
    ],
)  # fmt: skip
def test_sections_are_the_same_that_do_the_same(one: str, other: str, is_same: bool) -> None:
    (first,), (second,) = (parse(text).children for text in (one, other))
    assert (canonical_node(first) == canonical_node(second)) is is_same
