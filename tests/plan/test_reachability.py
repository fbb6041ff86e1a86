"""Who reaches a service without a knock: beside a plain reading of every packet, and by example."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, IPv6Network
from itertools import product

import pytest
from brute import KEYWORDS, OWN, STRANGERS, Probe, admitted
from hypothesis import given, settings
from hypothesis import strategies as st

from knockdeploy.compliance.check import exposed
from knockdeploy.compliance.reachability import WayOpen, ways_open
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.recipe.running import Running

FIRST, SECOND, INSIDE = (f"GigabitEthernet0/{k}" for k in range(3))
SERVICES = ("22/tcp", "443/tcp-udp")
MANAGEMENT = "192.0.2.0/24"
OWN6 = ("2001:db8:a::1", "2001:db8:b::1")


def intent(**changes: object) -> Intent:
    knock = {"weak": True, "ports": [46543, 28654, 40204], "interface": FIRST}
    return intent_from(
        {**knock, "services": SERVICES, "management_sources": [MANAGEMENT]} | changes
    )


def found(config: Node, **changes: object) -> list[WayOpen]:
    return list(ways_open(Running(config), intent(**changes)))


def router(*lists: str, more: str = "", first: str = "", second: str = "") -> Node:
    """Two uplinks with these inbound lists, and an inside interface with none."""
    bound = [f" ip access-group L{k} in\n" if each else "" for k, each in enumerate(lists)]
    acls = "".join(f"ip access-list extended L{k}\n{each}" for k, each in enumerate(lists) if each)
    return parse(
        "object-group service G\n tcp eq 22\n tcp-udp eq 443\n"
        f"interface {FIRST}\n ip address {OWN[0]} 255.255.255.0\n{bound[0]}{first}"
        f"interface {SECOND}\n ip address 198.18.0.1 255.255.0.0\n{bound[1]}{second}"
        f"interface {INSIDE}\n ip address {OWN[1]} 255.255.255.0\n"
        f"ip route 0.0.0.0 0.0.0.0 {FIRST}\nip route 0.0.0.0 0.0.0.0 198.18.0.254 200\n{acls}{more}"
    )


PORTED = ("tcp", "udp")
ADDRESSES = st.sampled_from(
    ["any", "host 198.51.100.7", "198.51.100.0 0.0.0.255", "192.0.2.0 0.0.0.127",
     "8.8.0.0 0.0.9.254"]
)  # fmt: skip
TARGETS = st.sampled_from(["any", f"host {OWN[0]}", f"host {OWN[1]}", "10.0.0.0 0.255.255.255"])
PORTS = st.sampled_from(["", " eq 22", " eq 443", " gt 100", " eq 53"])
KINDS = st.sampled_from(["ip", "tcp", "udp", "object-group G"])
ENTRIES = st.builds(
    lambda action, kind, source, source_port, target, port, end: (
        f" {action} {kind} {source}{source_port if kind in PORTED else ''} {target}"
        f"{port if kind in PORTED else ''}{end if kind == 'tcp' else ''}\n"
    ),
    st.sampled_from(["permit", "permit", "deny"]),
    KINDS,
    ADDRESSES,
    st.sampled_from(["", "", " eq 53"]),
    TARGETS,
    PORTS,
    st.sampled_from(["", "", " established"]),
)
LISTS = st.lists(ENTRIES, min_size=1, max_size=6, unique=True).map("".join)
PACKET = re.compile(r"(\w+) (\S+):(\d+) -> (\S+):(\d+)$")


def shown(way: WayOpen) -> Probe:
    match = PACKET.match(way.packet)
    assert match
    protocol, source, source_port, destination, port = match.groups()
    return Probe(protocol, source, int(source_port), destination, int(port), ack=False)


ZONED = " zone-member security INTERNET\n"
CLASSES = st.lists(st.tuples(LISTS, st.booleans()), min_size=1, max_size=3)


def policed(classes: list[tuple[str, bool]]) -> str:
    """A policy on the host path: what each class takes, and whether it drops that."""
    lists = "".join(
        f"ip access-list extended A{k}\n{entries}class-map match-any C{k}\n"
        f" match access-group name A{k}\n"
        for k, (entries, _) in enumerate(classes)
    )
    rows = "".join(f" class C{k}\n{'  drop' * d}\n" for k, (_, d) in enumerate(classes))
    return f"{lists}policy-map P\n{rows}control-plane host\n service-policy input P\n"


def zoned(classes: list[tuple[str, bool]], rest: str) -> str:
    """A policy from the zone of both uplinks to the router itself."""
    lists = "".join(
        f"ip access-list extended Z{k}\n{entries}class-map type inspect match-any ZC{k}\n"
        f" match access-group name Z{k}\n"
        for k, (entries, _) in enumerate(classes)
    )
    rows = "".join(
        f" class type inspect ZC{k}\n  {'drop' if drops else 'pass'}\n"
        for k, (_, drops) in enumerate(classes)
    )
    return (
        f"zone security INTERNET\n{lists}policy-map type inspect ZP\n{rows}"
        f" class class-default\n  {rest}\n"
        "zone-pair security ZI source INTERNET destination self\n service-policy type inspect ZP\n"
    )


@settings(max_examples=100, deadline=None)
@given(LISTS, LISTS)
def test_what_gets_in_is_what_a_plain_reading_lets_in(one: str, other: str) -> None:
    agrees(router(one, other))


@settings(max_examples=50, deadline=None)
@given(LISTS, CLASSES)
def test_what_gets_past_the_control_plane_too(one: str, classes: list[tuple[str, bool]]) -> None:
    agrees(router(one, " permit ip any any\n", more=policed(classes)))


@settings(max_examples=50, deadline=None)
@given(LISTS, CLASSES, st.sampled_from(["pass", "drop"]))
def test_what_gets_past_a_zone_too(one: str, classes: list[tuple[str, bool]], rest: str) -> None:
    everything = " permit ip any any\n"
    agrees(router(one, everything, first=ZONED, second=ZONED, more=zoned(classes, rest)))


def agrees(config: Node) -> None:
    """See that each way that is told is one, and that none is missing."""
    ways = found(config)
    told = {(each.interface, each.service) for each in ways}
    for interface in (FIRST, SECOND):
        for probe in admitted(config, interface, STRANGERS):
            service = f"{probe.port}/{probe.protocol}"
            if service in {"22/tcp", "443/tcp", "443/udp"}:
                assert (interface, service) in told, (probe, service)
    for way in ways:
        assert admitted(config, way.interface, [shown(way)]), way


ENTRIES6 = st.builds(
    lambda action, kind, source, target, port, end: (
        f" {action} {kind} {source} {target}{port if kind in PORTED else ''}"
        f"{end if kind == 'tcp' else ''}\n"
    ),
    st.sampled_from(["permit", "permit", "deny"]),
    st.sampled_from(["ipv6", "tcp", "udp"]),
    st.sampled_from(["any", "host 2001:db8:1::9", "2001:db8:1::/48", "2001:db8::/32"]),
    st.sampled_from(["any", f"host {OWN6[0]}", "2001:db8:b::/64"]),
    st.sampled_from(["", " eq 22", " eq 443", " range 20 30", " gt 400"]),
    st.sampled_from(["", " established"]),
)
SOURCES6 = ("2001:db8:1::9", "2001:db8:1::1", "2001:db8:2::1", "2001:ffff::1")


def plainly6(entries: list[str], protocol: str, source: str, target: str, port: int) -> bool:
    """Read entries of IPv6 in the plainest way."""
    for words in (entry.split() for entry in entries):
        action, kind, *rest = words
        matches = kind in {"ipv6", protocol} and "established" not in rest
        for address in (source, target):
            word = rest.pop(0)
            network = f"{rest.pop(0)}/128" if word == "host" else "::/0" if word == "any" else word
            matches = matches and IPv6Address(address) in IPv6Network(network)
        match rest:
            case ["eq", number, *_]:
                matches = matches and port == (KEYWORDS.get(number) or int(number))
            case ["gt", number, *_]:
                matches = matches and port > int(number)
            case ["range", low, high, *_]:
                matches = matches and int(low) <= port <= int(high)
        if matches:
            return action == "permit"
    return False


@settings(max_examples=100, deadline=None)
@given(st.lists(ENTRIES6, min_size=1, max_size=6))
def test_by_ipv6_too(entries: list[str]) -> None:
    config = router(
        " deny ip any any\n", " deny ip any any\n",
        first=f" ipv6 address {OWN6[0]}/64\n ipv6 traffic-filter V6 in\n",
        second=f" ipv6 address {OWN6[1]}/64\n ipv6 traffic-filter V6 in\n",
        more=f"ipv6 access-list V6\n{''.join(entries)}",
    )  # fmt: skip
    ways = found(config)
    told = {each.service for each in ways}
    for source, target, (protocol, port) in product(
        SOURCES6, OWN6, (("tcp", 22), ("tcp", 443), ("udp", 443))
    ):
        if plainly6(entries, protocol, source, target, port):
            assert f"{port}/{protocol}" in told
    for way in ways:
        match = re.match(r"(\w+) \[(\S+)\]:\d+ -> \[(\S+)\]:(\d+)$", way.packet)
        assert match
        protocol, source, target, number = match.groups()
        assert plainly6(entries, protocol, source, target, int(number)), way


SHUT = " permit ip 192.0.2.0 0.0.0.255 any\n deny object-group G any any\n permit ip any any\n"
WAYS = {
    "second uplink": (router(SHUT, ""), SECOND, "since nothing denies it"),
    "entry": (
        router(f" permit tcp any host {OWN[0]} eq 22\n{SHUT}", SHUT),
        FIRST, "22/tcp from anywhere by entry 10 of L0, inbound on",
    ),
    "range": (
        router(f" permit tcp 198.51.100.0 0.0.0.255 any range 1 1000\n{SHUT}", SHUT),
        FIRST, "22/tcp, 443/tcp from 198.51.100.0/24 by entry 10 of L0",
    ),
    "source port": (router(f" permit udp any eq domain any\n{SHUT}", SHUT),
                    FIRST, "443/udp from anywhere by entry 10 of L0"),
    "ipv6": (router(SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n"), FIRST,
             "from anywhere by IPv6 since nothing denies it"),
    "ipv6 entry": (
        router(SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
             more="ipv6 access-list V6\n permit tcp any any eq 22\n"),
        FIRST, "22/tcp from anywhere by IPv6",
    ),
    "ipv6 entry for a prefix": (
        router(SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
             more="ipv6 access-list V6\n permit tcp 2001:db8:5::/48 any eq 22\n"),
        FIRST, "22/tcp from 2001:db8:5::/48",
    ),
    "ipv6 entry for a host": (
        router(SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
             more="ipv6 access-list V6\n permit tcp host 2001:db8:5::1 any eq 22\n"),
        FIRST, "22/tcp from 2001:db8:5::1 ",
    ),
    "ipv6 entry for an address that nobody tells": (
        router(SHUT, SHUT, first=" ipv6 address autoconfig\n ipv6 traffic-filter V6 in\n",
             more="ipv6 access-list V6\n permit tcp any host 2001:db8:9::9 eq 22\n"),
        FIRST, "22/tcp from anywhere by IPv6",
    ),
    "ipv6 entry for an address made of another": (
        router(SHUT, SHUT, more="ipv6 access-list V6\n permit tcp any host 2001:db8:9::9 eq 22\n",
             first=" ipv6 address 2001:db8::/64 eui-64\n ipv6 traffic-filter V6 in\n"),
        FIRST, "22/tcp from anywhere by IPv6",
    ),
    **{
        f"ipv6 from {source}": (
            router(SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
                   more=f"ipv6 access-list V6\n permit tcp {source} any eq 22\n"),
            FIRST, f"22/tcp from {source.removeprefix('host ')} by",
        )
        for source in ("2001:db8:5::/48", "host 2001:db8:5::7")
    },
    "ipv6 filter that is not defined": (
        router(SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n"),
        FIRST, "by IPv6 since nothing denies it",
    ),
    "ipv6 filter the other way": (
        router(SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 out\n",
             more="ipv6 access-list V6\n deny ipv6 any any\n"),
        FIRST, "by IPv6 since nothing denies it",
    ),
    **{
        f"ipv6 deny that holds at times: {words}": (
            router(
                SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
                more=f"ipv6 access-list V6\n sequence 5 deny {words}\n permit ipv6 any any\n",
            ),
            FIRST, "22/tcp, 443/tcp",
        )
        for words in (
            "tcp any any flow-label 9", "ipv6 any any routing", "tcp any any time-range NIGHT",
            "tcp any any eq", "odd any any",
        )
    },
    "member that nobody understands": (  # it may leave something out
        router(" deny object-group ODD any any\n permit ip any any\n", SHUT,
             more="object-group service ODD\n tcp\n udp eq 443 odd\n"),
        FIRST, "443/udp from anywhere by entry 20 of L0",
    ),
    "deny that holds at times": (
        router(" deny tcp any any eq 22 time-range NIGHT\n permit tcp any any eq 22\n", SHUT),
        FIRST, "22/tcp from anywhere by entry 20 of L0",
    ),
    "destination that nobody understands": (
        router(" deny tcp any object-group ODD eq 22\n permit tcp any any eq 22\n", SHUT,
             more="object-group network ODD\n odd thing\n"),
        FIRST, "22/tcp from anywhere by entry 20 of L0",
    ),
    "ipv6 without an address in print": (router(SHUT, SHUT, first=" ipv6 enable\n"), FIRST,
                                         "by IPv6"),
    "nat to the router itself": (
        router(SHUT, SHUT,
             more=f"ip nat inside source static tcp {OWN[1]} 22 interface {FIRST} 2222\n"),
        FIRST, "22/tcp (at port 2222, by 'ip nat inside source static tcp",
    ),
    "nat to the router itself, at an address": (
        router(SHUT, SHUT, more=f"ip nat source static tcp {OWN[1]} 22 {OWN[0]} 2222\n"),
        FIRST, f"22/tcp (at port 2222, by 'ip nat source static tcp {OWN[1]} 22 {OWN[0]} 2222')",
    ),
    "nat to the router itself, by udp": (
        router(SHUT, SHUT,
             more=f"ip nat inside source static udp {OWN[1]} 443 interface {FIRST} 4443\n"),
        FIRST, "443/udp (at port 4443, by",
    ),
    "entry for a host": (
        router(f" permit tcp host 198.51.100.9 any eq 22\n{SHUT}", SHUT),
        FIRST, "22/tcp from 198.51.100.9 by entry 10 of L0",
    ),
    "entry for addresses that are no prefix": (
        router(f" permit tcp 8.8.0.0 0.0.9.254 any eq 22\n{SHUT}", SHUT),
        FIRST, "22/tcp from 8.8.0.0 0.0.9.254 by entry 10 of L0",
    ),
    "ssh at another port": (router(SHUT, SHUT, more="ip ssh port 2022 rotary 1\n"), FIRST,
                            "22/tcp (at port 2022, by 'ip ssh port 2022 rotary 1')"),
    "https at another port": (router(SHUT, SHUT, more="ip http secure-port 8443\n"), FIRST,
                              "443/tcp (at port 8443"),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_finding_names_the_way_in(name: str) -> None:
    config, interface, says = WAYS[name]
    messages = [
        str(each) for each in exposed(Running(config), intent())
        if f"inbound on {interface}: " in each.message
    ]  # fmt: skip
    assert any(says in each for each in messages), messages
    assert all(each.startswith("error: exposed: ") for each in messages)


def test_way_in_names_its_list_and_a_packet_that_takes_it() -> None:
    by_first = " permit tcp any any eq 22\n"
    ways = found(router(by_first, by_first), services=["22/tcp"])
    assert [(each.interface, each.section) for each in ways] == [
        (FIRST, "ip access-list extended L0"),
        (SECOND, "ip access-list extended L1"),
    ]
    assert ways[0].packet.endswith(f"-> {OWN[0]}:22")
    negotiated = router(by_first, SHUT)
    text = to_text(negotiated).replace(f"ip address {OWN[0]} 255.255.255.0", "ip address dhcp")
    (way,) = found(parse(text), services=["22/tcp"], destination="any")
    assert way.packet.endswith("-> its address:22")


@pytest.mark.parametrize("port", [3007, 5007, 7007])
def test_telnet_to_a_rotary_group_is_telnet(port: int) -> None:
    """Cisco's `rotary`: 3000, 5000 and 7000, plus the group's number."""
    shut = f" deny tcp any any eq 23\n permit tcp any any eq {port}\n deny ip any any\n"
    config = router(shut, shut, more="line vty 0 4\n rotary 7\n")
    services = {each.service for each in found(config, services=["23/tcp"])}
    assert services == {f"23/tcp (at port {port}, by 'rotary 7')"}


HARMLESS = {
    "both shut": router(SHUT, SHUT),
    "inside is no way from outside": router(SHUT, SHUT, more="ip http server\n"),
    "uplink that is shut down": router(SHUT, "", second=" shutdown\n"),
    "ipv6 that is filtered": router(
        SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
        more="ipv6 access-list V6\n permit icmp any any\n permit tcp any any established\n"
        " permit ipv6 any any fragments\n deny ipv6 any any\n",
    ),
    "ipv6 entry for another host": router(
        SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
        more="ipv6 access-list V6\n permit tcp any host 2001:db8::99 eq 22\n",
    ),
    "ipv6 entry for an address that is shut down": router(
        SHUT, SHUT, first=" ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
        second=" ipv6 address 2001:db8::99/64\n shutdown\n",
        more="ipv6 access-list V6\n permit tcp any host 2001:db8::99 eq 22\n",
    ),
    "nat to a host behind": router(
        SHUT, SHUT, more=f"ip nat inside source static tcp 10.1.1.9 22 interface {FIRST} 2222\n"
    ),
    "nat to a service that is not protected": router(
        SHUT, SHUT, more=f"ip nat inside source static tcp {OWN[1]} 25 interface {FIRST} 2222\n"
    ),
    "nat from a port that nobody knows": router(
        SHUT, SHUT, more=f"ip nat inside source static tcp {OWN[1]} odd interface {FIRST} 2222\n"
    ),
    "nat to a port that nobody knows": router(
        SHUT, SHUT, more=f"ip nat inside source static tcp {OWN[1]} 22 interface {FIRST} odd\n"
    ),
    "nat at the address of another interface": router(
        *(f" permit tcp any host {OWN[0]} eq 2222\n",) * 2,
        more=f"ip nat inside source static tcp {OWN[1]} 22 interface {SECOND} 2222\n",
    ),
    "entry to a host behind": router(f" permit tcp any host 10.1.1.9 eq 22\n{SHUT}", SHUT),
    "entry for management": router(f" permit tcp host 192.0.2.9 any eq 22\n{SHUT}", SHUT),
    "entry for sessions under way": router(f" permit tcp any any established\n{SHUT}", SHUT),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_what_lets_nobody_in_is_no_finding(name: str) -> None:
    assert found(HARMLESS[name]) == []


@pytest.mark.parametrize(
    ("common", "own", "by"),
    [
        (" deny tcp any any eq 22\n", " deny tcp any any eq 443\n deny udp any any eq 443\n"
         " permit ip any any\n", []),
        (" permit tcp any any eq 22\n", SHUT, ["permit tcp any any eq 22"]),
        (" deny tcp any any eq 443\n deny udp any any eq 443\n", "", ["permit ip any any"]),
    ],
)  # fmt: skip
def test_of_two_lists_on_an_uplink_the_common_one_is_read_first(
    common: str, own: str, by: list[str]
) -> None:
    """IOS-XE's `ip access-group common`; what its second list does not say, if it has no entry."""
    lists = f"ip access-list extended ALL\n{common}ip access-list extended OWN\n{own}"
    config = router(SHUT, "", second=" ip access-group common ALL OWN in\n", more=lists)
    assert [way.entry or "permit ip any any" for way in found(config)] == by


def test_without_cef_the_control_plane_shuts_nothing() -> None:
    """Features of the host path are removed then (ios-facts §1.2)."""
    everything, shut = " permit ip any any\n", policed([(" permit tcp any any eq 22\n", True)])
    shut_at_both = router(everything, everything, more=shut)
    assert {each.service for each in found(shut_at_both)} == {"443/tcp", "443/udp"}
    without = router(everything, everything, more=f"{shut}no ip cef\n")
    assert {each.service for each in found(without)} == {"22/tcp", "443/tcp", "443/udp"}


LEADING = {  # a line, or one of the second interface's: whether strangers come by it
    f"ip route 0.0.0.0 0.0.0.0 {SECOND}": True,
    f"ip route vrf INTERNET 0.0.0.0 0.0.0.0 {SECOND}": True,
    "ip route 0.0.0.0 0.0.0.0 198.18.0.254": True,
    "ip route 0.0.0.0 0.0.0.0 198.19.0.254": True,  # within 198.18.0.0/15
    "ip route 0.0.0.0 0.0.0.0 198.20.0.254": False,
    f"ip route 10.0.0.0 255.0.0.0 {SECOND}": False,
    f"ip route 0.0.0.0 128.0.0.0 {SECOND}": False,
    f"ipv6 route ::/0 {SECOND}": True,
    f"ipv6 route 2001:db8::/32 {SECOND}": False,
    f"ip route 0.0.0.0 0.0.0.0 {FIRST}": False,
    "router bgp 65001\n bgp log-neighbor-changes\n neighbor 198.18.0.2 remote-as 64512": True,
    "router bgp 65001\n neighbor 198.18.0.2 remote-as 65001": False,
    " ip nat outside": True,
    " ip nat inside": False,
    " zone-member security OUT": True,
    " zone-member security LAN": False,
    " ipv6 address autoconfig default": True,
    " ipv6 address autoconfig": False,
    " description uplink by default": False,
}


@pytest.mark.parametrize("line", LEADING)
def test_what_else_leads_outside(line: str) -> None:
    of_second, end = (f"{line}\n", "") if line.startswith(" ") else ("", f"{line}\n")
    config = parse(
        f"interface {FIRST}\n ip address {OWN[0]} 255.255.255.0\n ip access-group L0 in\n"
        f" zone-member security OUT\ninterface {SECOND}\n ip address 198.18.0.1 255.254.0.0\n"
        f"{of_second}ip access-list extended L0\n deny ip any any\n{end}"
    )
    assert {each.interface for each in found(config)} == ({SECOND} if LEADING[line] else set())
