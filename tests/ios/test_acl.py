"""The evaluator of ACLs beside a second reading of them: a list of facts, packet by packet."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knockdeploy.ios import acl
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.groups import groups_in, not_understood
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node

NETWORKS = ("0.0.0.0/0", "198.51.100.0/24", "198.51.100.7/32", "203.0.113.10/32", "203.0.113.8/29")
SOURCES = ("198.51.100.7", "198.51.100.8", "192.0.2.1", "203.0.113.10")
DESTINATIONS = ("203.0.113.10", "203.0.113.11", "203.0.113.200")
PORTS = (0, 21, 22, 23, 79, 80, 81, 442, 443, 444, 65535)
OPERATORS = ("eq", "neq", "lt", "gt", "range")


def _compares(operator: str, port: int, low: int, high: int) -> bool:
    return {
        "eq": port == low,
        "neq": port != low,
        "lt": port < low,
        "gt": port > low,
        "range": low <= port <= high,
    }[operator]


@dataclass(frozen=True)
class Rule:
    permits: bool
    protocol: str
    source: str
    destination: str
    operator: str | None
    low: int
    high: int
    established: bool

    def text(self) -> str:
        words = ["permit" if self.permits else "deny", self.protocol]
        words += [_spelt(self.source), _spelt(self.destination)]
        if self.operator and self.protocol in {"tcp", "udp"}:
            words += [self.operator, str(self.low)]
            words += [str(self.high)] if self.operator == "range" else []
        if self.established and self.protocol == "tcp":
            words.append("established")
        return " ".join(words)

    def matches(self, packet: Packet) -> bool:
        if self.protocol not in {"ip", packet.protocol}:
            return False
        for network, address in (
            (self.source, packet.source),
            (self.destination, packet.destination),
        ):
            if IPv4Address(address) not in IPv4Network(network):
                return False
        if self.protocol == "ip":
            return True
        if self.established and self.protocol == "tcp" and not packet.ack:
            return False
        return self.operator is None or _compares(self.operator, packet.port, self.low, self.high)


def _spelt(network: str) -> str:
    net = IPv4Network(network)
    if net.prefixlen == 0:
        return "any"
    return f"host {net[0]}" if net.prefixlen == 32 else f"{net.network_address} {net.hostmask}"


PACKETS = [
    Packet(protocol, source, 50000, destination, port, ack)
    for protocol, ack in (("tcp", False), ("tcp", True), ("udp", False))
    for source, destination, port in itertools.product(SOURCES, DESTINATIONS, PORTS)
]
ports = st.sampled_from(PORTS)
rules = st.builds(
    Rule,
    st.booleans(),
    st.sampled_from(("tcp", "udp", "ip")),
    st.sampled_from(NETWORKS),
    st.sampled_from(NETWORKS),
    st.sampled_from((None, *OPERATORS)),
    ports,
    ports,
    st.booleans(),
).map(lambda rule: rule if rule.low <= rule.high else _turned(rule))


def _turned(rule: Rule) -> Rule:
    return Rule(
        rule.permits, rule.protocol, rule.source, rule.destination, rule.operator, rule.high,
        rule.low, rule.established,
    )  # fmt: skip


def _config(lines: list[str], more: str = "") -> Node:
    return parse(more + "ip access-list extended X\n" + "".join(f" {line}\n" for line in lines))


def _admits(config: Node, packet: Packet) -> bool:
    outcome = acl.outcomes(acl.entries(config, "X"), packet)
    assert len(outcome) == 1, "every entry here is exact"
    return outcome == {True}


@pytest.mark.parametrize(
    "entry",
    [
        "permit sctp any any",
        "permit sctp any any eq 22",
        "permit 132 any any log",
        "permit igrp any any",
        "permit 9 any any",
        "permit gre any any something-new",
        "permit gre host GATEWAY any",  # a name that the router alone resolves
    ],
)
def test_other_protocols_are_neither_tcp_nor_udp(entry: str) -> None:
    """Protocol numbers of IANA: 6 and 17 alone are those of TCP and UDP."""
    found = acl.entries(_config([entry]), "X")
    assert found
    assert not any(map(found[0].matches, PACKETS))


def test_an_entry_that_cannot_be_read_matches_what_its_protocol_says() -> None:
    entries = [
        "permit udp host GATEWAY any",
        "permit what any any",
        "permit 256 any any",
        "permit 0 any any",
    ]
    found = acl.entries(_config(entries), "X")
    assert found
    udp, *unknown = ({p.protocol for p in PACKETS if each.matches(p)} for each in found)
    assert (udp, unknown) == ({"udp"}, [{"tcp", "udp"}] * 3)
    assert not any(each.exact for each in found)


@given(st.lists(rules, min_size=1, max_size=8))
@settings(max_examples=60)
def test_evaluator_agrees_with_brute_force(rule_list: list[Rule]) -> None:
    config = _config([rule.text() for rule in rule_list])
    for packet in PACKETS:
        decisive = next((rule for rule in rule_list if rule.matches(packet)), None)
        assert _admits(config, packet) == (decisive is not None and decisive.permits), packet


members = st.lists(
    st.tuples(
        st.sampled_from(("tcp", "udp", "tcp-udp")),
        st.sampled_from(("eq", "lt", "gt", "range")),
        ports,
        ports,
    ),
    min_size=1,
    max_size=4,
)


@given(members, st.sampled_from(NETWORKS))
@settings(max_examples=40)
def test_group_members_are_read_as_what_they_say(
    group: list[tuple[str, str, int, int]], network: str
) -> None:
    text = "object-group service G\n"
    for protocol, operator, one, other in group:
        low, high = min(one, other), max(one, other)
        tail = f"{low} {high}" if operator == "range" else str(low)
        text += f" {protocol} {operator} {tail}\n"
    config = _config([f"permit object-group G any {_spelt(network)}"], text)
    for packet in PACKETS:
        inside = IPv4Address(packet.destination) in IPv4Network(network)
        expected = inside and any(
            packet.protocol in protocol.split("-")
            and _compares(operator, packet.port, min(one, other), max(one, other))
            for protocol, operator, one, other in group
        )
        assert _admits(config, packet) == expected, packet


SSH = Packet("tcp", "198.51.100.7", 50000, "203.0.113.10", 22)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("permit tcp any any eq 22", {True}),
        ("permit tcp any any eq telnet", {False}),
        ("permit tcp any any eq 22 www", {True}),
        ("permit tcp any any neq 80 22", {False}),
        ("permit tcp any any neq 80 443", {True}),
        ("permit tcp any eq 22 any", {False}),
        ("permit tcp any gt 1023 any eq 22", {True}),
        ("permit 6 any any", {True}),
        ("permit tcp any any established", {False}),
        ("permit tcp any any log", {True}),
        ("permit tcp any any log-input", {True}),
        ("permit tcp 198.51.100.7 0.0.0.0 any", {True}),
        ("permit tcp 198.51.0.7 0.0.255.0 any", {True}),
        ("dynamic DX permit ip any any", {False}),  # a template admits nobody (ios-facts §5)
        ("permit tcp any any eq 22 time-range NIGHT", {True, False}),
        ("permit tcp any any eq 22 reflect BACK", {True}),  # it opens the way back as well
        ("permit tcp any any eq 22 reflect BACK timeout 300 log", {True}),
        ("permit tcp any any eq 22 reflect BACK timeout 300 time-range NIGHT", {True, False}),
        ("permit tcp any any eq 22 log time-range NIGHT", {True, False}),
        ("permit tcp any any eq 22 log COOKIE time-range NIGHT", {True, False}),
        ("permit tcp any any dscp ef established", {False}),
        ("permit tcp any any tos 4 established", {False}),
        ("permit tcp any any ttl lt 5 established", {False}),
        ("permit tcp any any eq 22 log SSH_COOKIE", {True}),
        ("permit tcp any any dscp ef", {True, False}),
        ("deny tcp any any eq 22 precedence 5", {False}),
        ("permit tcp any any eq 22 syn", {True, False}),
        ("permit tcp any any eq 22 match-all -ack +syn", {True, False}),
        ("permit tcp any any ttl eq 255", {True, False}),
        ("permit ip any any option any-options", {True, False}),
        ("permit tcp any any eq 22 fragments", {False}),  # the first part alone has the ports
        ("deny ip any any fragments", {False}),
        ("evaluate BACK", {True, False}),
        ("permit tcp any any eq nobody-knows-this", {True, False}),
        ("permit tcp any any range nobody-knows-this 30", {True, False}),
        ("deny tcp any any eq nobody-knows-this", {False}),
    ],
)
def test_one_entry(entry: str, expected: set[bool]) -> None:
    assert acl.outcomes(acl.entries(_config([entry]), "X"), SSH) == expected


@pytest.mark.parametrize(
    "entry",
    [
        "deny tcp any any eq nobody-knows-this",
        "deny tcp any any eq www nobody-knows-this",  # a known port before it says nothing of it
        "deny tcp any any range 1 nobody-knows-this",
        "deny tcp any any eq 23 nobody-knows-this log",
        "deny tcp any eq 1 nobody-knows-this any",
        "deny tcp any any eq 22 time-range NIGHT",
        "deny object-group NOBODY any any",
        "deny tcp object-group NOBODY any",
        "deny tcp any object-group NOBODY eq 22",
    ],
)
def test_what_cannot_be_read_may_deny_too(entry: str) -> None:
    config = _config([entry, "permit ip any any"])
    assert acl.outcomes(acl.entries(config, "X"), SSH) == {True, False}


@pytest.mark.parametrize("entry", ["deny ip any any fragments", "deny tcp any any established"])
def test_what_is_no_first_packet_is_passed_over(entry: str) -> None:
    config = _config([entry, "permit ip any any"])
    assert acl.outcomes(acl.entries(config, "X"), SSH) == {True}


def test_networks_of_an_object_group_are_sources() -> None:
    more = (
        "object-group network INNER\n host 198.51.100.7\n"
        "object-group network OUTER\n group-object INNER\n 192.0.2.0 255.255.255.0\n"
    )
    config = _config(["permit tcp object-group OUTER any eq 22", "deny ip any any"], more)
    entries = acl.entries(config, "X")
    assert acl.outcomes(entries, SSH) == {True}
    assert acl.outcomes(entries, Packet("tcp", "192.0.2.9", 1, "203.0.113.10", 22)) == {True}
    assert acl.outcomes(entries, Packet("tcp", "192.0.3.9", 1, "203.0.113.10", 22)) == {False}


def _from(source: str, protocol: str = "tcp", port: int = 22, source_port: int = 1) -> Packet:
    return Packet(protocol, source, source_port, "203.0.113.10", port)


@pytest.mark.parametrize(
    ("member", "inside", "outside"),
    [
        ("any", "8.8.8.8", None),
        ("host 198.51.100.7", "198.51.100.7", "198.51.100.8"),
        ("198.51.100.0 255.255.255.128", "198.51.100.127", "198.51.100.128"),
        ("198.51.100.0 /25", "198.51.100.127", "198.51.100.128"),
        ("198.51.100.0/25", "198.51.100.127", "198.51.100.128"),
        ("range 198.51.100.64 198.51.100.70", "198.51.100.64", "198.51.100.63"),
        ("range 198.51.100.64 198.51.100.70", "198.51.100.70", "198.51.100.71"),
        ("range 198.51.100.64 198.51.100.64", "198.51.100.64", "198.51.100.65"),
    ],
)
def test_every_member_of_a_network_group(member: str, inside: str, outside: str | None) -> None:
    """ios-facts §6; Security Configuration Guide: Access Control Lists, object groups."""
    more = f"object-group network P\n description what 10.0.0.0 is\n {member}\n"
    config = _config(["permit tcp object-group P any eq 22"], more)
    entries = acl.entries(config, "X")
    assert acl.outcomes(entries, _from(inside)) == {True}
    assert outside is None or acl.outcomes(entries, _from(outside)) == {False}
    assert [each.text for each in groups_in(config, "X")] == ["object-group network P"]
    assert not list(not_understood(config.children[0]))


@pytest.mark.parametrize(
    ("member", "inside", "outside"),
    [
        ("ip", _from("192.0.2.1", "udp", 9), None),
        ("tcp", _from("192.0.2.1", "tcp", 9), _from("192.0.2.1", "udp", 9)),
        ("6", _from("192.0.2.1", "tcp", 9), _from("192.0.2.1", "udp", 9)),
        ("99", None, _from("192.0.2.1")),
        ("ospf", None, _from("192.0.2.1")),
        ("tcp eq 22", _from("192.0.2.1"), _from("192.0.2.1", port=23)),
        ("tcp telnet", _from("192.0.2.1", port=23), _from("192.0.2.1")),
        ("tcp-udp eq domain", _from("192.0.2.1", "udp", 53), _from("192.0.2.1", "udp", 54)),
        ("tcp-udp range 12200 12700", _from("192.0.2.1", "tcp", 12700), _from("192.0.2.1")),
        ("tcp range 79 www", _from("192.0.2.1", port=80), _from("192.0.2.1", port=81)),
        ("udp lt 999", _from("192.0.2.1", "udp", 998), _from("192.0.2.1", "udp", 999)),
        ("tcp gt 1023", _from("192.0.2.1", port=1024), _from("192.0.2.1", port=1023)),
        ("tcp source eq 22", _from("192.0.2.1", source_port=22), _from("192.0.2.1")),
        ("tcp source gt 1023 eq 22", _from("192.0.2.1", source_port=1024), _from("192.0.2.1")),
        ("tcp source range 1 9 lt 23", _from("192.0.2.1"), _from("192.0.2.1", port=23)),
    ],
)
def test_every_member_of_a_service_group(
    member: str, inside: Packet | None, outside: Packet | None
) -> None:
    config = _config(["permit object-group S any any"], f"object-group service S\n {member}\n")
    entries = acl.entries(config, "X")
    assert inside is None or acl.outcomes(entries, inside) == {True}
    assert outside is None or acl.outcomes(entries, outside) == {False}
    assert not list(not_understood(config.children[0]))


@pytest.mark.parametrize(
    ("group", "entry", "sure", "unsure", "never"),
    [
        (
            "network P\n host noc.example.net\n host 198.51.100.7",
            "permit tcp object-group P any eq 22",
            _from("198.51.100.7"),
            _from("192.0.2.1"),
            _from("192.0.2.1", port=23),
        ),
        (
            "service P\n tcp eq 22\n tcp eq nobody-knows-this",
            "permit object-group P any any",
            _from("192.0.2.1"),
            _from("192.0.2.1", port=23),
            _from("192.0.2.1", "udp"),
        ),
        (
            "service P\n tcp eq 22\n something new",
            "permit object-group P any any",
            _from("192.0.2.1"),
            _from("192.0.2.1", "udp"),
            None,
        ),
    ],
)
def test_member_that_is_not_understood_may_match_the_others_do(
    group: str, entry: str, sure: Packet, unsure: Packet, never: Packet | None
) -> None:
    config = _config([entry], f"object-group {group}\n")
    entries = acl.entries(config, "X")
    assert acl.outcomes(entries, sure) == {True}
    assert acl.outcomes(entries, unsure) == {True, False}
    assert never is None or acl.outcomes(entries, never) == {False}
    (said,) = not_understood(config.children[0])
    assert said in group


@pytest.mark.parametrize("kind", ["service", "network"])
def test_groups_that_contain_each_other_end(kind: str) -> None:
    more = "".join(
        f"object-group {kind} {name}\n group-object {other}\n"
        for name, other in (("A", "B"), ("B", "A"))
    )
    entry = "deny object-group A any any" if kind == "service" else "deny tcp object-group A any"
    config = _config([entry, "permit ip any any"], more)
    assert acl.outcomes(acl.entries(config, "X"), SSH) == {True, False}


@pytest.mark.parametrize("lines", [[], None])
def test_an_empty_or_undefined_list_permits_everything(lines: list[str] | None) -> None:
    """Deleting an ACL that is applied is permit any (ios-facts §11)."""
    config = Node("") if lines is None else _config(lines)
    assert acl.outcomes(acl.entries(config, "X"), SSH) == {True}


def test_numbers_in_the_text_are_numbers_and_no_part_of_the_entry() -> None:
    """Later trains print them (ios-facts §7, a real NTC output); remarks share the entry's."""
    lines = ["320 remark SIP", "320 deny   tcp any any eq 22", "400 permit ip any any"]
    config = with_numbers(_config(lines))
    entries = acl.entries(config, "X")
    assert entries is not None
    assert [(entry.number, entry.text) for entry in entries] == [
        (320, "deny   tcp any any eq 22"),
        (400, "permit ip any any"),
    ]
    assert acl.outcomes(entries, SSH) == {False}


def test_a_temporary_entry_counts_where_the_template_stands() -> None:
    """ios-facts §5: the deny below still applies to everybody else."""
    config = _config(
        ["dynamic DX permit tcp any any eq 22", "deny tcp any any", "permit ip any any"]
    )
    entries = acl.entries(config, "X")
    assert entries is not None
    temporary = {"DX": [acl.ace_of("permit tcp host 198.51.100.7 any eq 22", ())]}
    decisive = acl.first_match(entries, SSH, temporary)
    assert decisive is not None
    assert decisive.permits
    stranger = Packet("tcp", "192.0.2.9", 50000, "203.0.113.10", 22)
    other = acl.first_match(entries, stranger, temporary)
    assert other is not None
    assert not other.permits
