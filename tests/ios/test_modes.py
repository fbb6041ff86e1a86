"""The mode that each section opens, as its prompt names it, and what may be typed into it."""

from __future__ import annotations

import pytest

from knockdeploy.ios.apply import Applied, apply
from knockdeploy.ios.canonical import is_volatile
from knockdeploy.ios.grammar import mode_of
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.ios.view import is_xe


def _inside(*lines: str) -> Applied:
    state = Applied(Node(""), ())
    for line in lines:
        assert state.mode is not None
        state = apply(state.config, state.mode, line)
    return state


@pytest.mark.parametrize(
    ("lines", "mode"),
    [
        (("crypto isakmp policy 10",), "config-isakmp"),
        (("crypto isakmp profile P",), "conf-isa-prof"),
        (("crypto ipsec transform-set T esp-aes",), "cfg-crypto-trans"),
        (("crypto ipsec profile P",), "ipsec-profile"),
        (("crypto keyring K",), "conf-keyring"),
        (("crypto map M 10 ipsec-isakmp",), "config-crypto-map"),
        (("crypto dynamic-map D 10",), "config-crypto-map"),
        (("crypto map M local-address Loopback0",), "config"),
        (("crypto ikev2 keyring K", "peer P"), "config-ikev2-keyring-peer"),
        (("crypto pki trustpoint T",), "ca-trustpoint"),
        (("crypto pki certificate chain T",), "config-cert-chain"),
        (("crypto pki certificate chain T", "certificate ca 01"), "config-pubkey"),
        (("crypto pki certificate chain T", "certificate ca 01 nvram:x.cer"), "config-cert-chain"),
        (("router bgp 65000",), "config-router"),
        (("router bgp 65000", "address-family ipv4"), "config-router-af"),
        (
            ("router eigrp E", "address-family ipv4 unicast autonomous-system 1", "topology base"),
            "config-router-af-topology",
        ),
        (("vrf definition V",), "config-vrf"),
        (("vrf definition V", "address-family ipv4"), "config-vrf-af"),
        (("ip sla 1",), "config-ip-sla"),
        (("track 1 ip sla 1 reachability",), "config-track"),
        (("key chain K", "key 1"), "config-keychain-key"),
        (("aaa group server radius G",), "config-sg-radius"),
        (("aaa group server tacacs+ G",), "config-sg-tacacs+"),
        (("time-range NIGHT",), "config-time-range"),
        (("route-map R permit 10",), "config-route-map"),
        (("ip dhcp pool P",), "dhcp-config"),
        (("dial-peer voice 1 voip",), "config-dial-peer"),
        (("voice-port 0/0/0",), "config-voiceport"),
        (("ephone-dn  1",), "config-ephone-dn"),
        (("dot11 ssid S",), "config-ssid"),
        (("line 0/0/0",), "config-line"),
        (("policy-map P", "class class-default", "police 8000"), "config-pmap-c-police"),
    ],
    ids=lambda value: " / ".join(value) if isinstance(value, tuple) else None,
)
def test_a_section_opens_its_mode(lines: tuple[str, ...], mode: str) -> None:
    entered = _inside(*lines).mode
    assert entered is not None
    assert mode_of(entered) == mode


@pytest.mark.parametrize(
    "text",
    [
        "router bgp 1\n address-family ipv4\n  network 10.0.0.0\n exit-address-family\ncdp run\n",
        "vrf definition V\n rd 1:1\n address-family ipv4\n exit-address-family\n"
        " address-family ipv6\n exit-address-family\n",
        "router eigrp E\n address-family ipv4 unicast autonomous-system 1\n"
        "  af-interface default\n   passive-interface\n  exit-af-interface\n"
        "  topology base\n  exit-af-topology\n  network 10.0.0.0\n exit-address-family\n",
    ],
    ids=["bgp", "vrf", "eigrp"],
)
def test_what_ends_a_section_in_print_leaves_it_when_typed(text: str) -> None:
    config = _inside(*text.splitlines()).config
    assert sorted(to_text(config).splitlines()) == sorted(text.splitlines())
    for typed in (to_text(config), text + text):
        assert _inside(*typed.splitlines()).config == config


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("interface GigabitEthernet0/0", "ip nat inside source list 1 interface Dialer0 overload"),
        ("interface GigabitEthernet0/0", "ip inspect name FW tcp"),
        ("interface GigabitEthernet0/0", "crypto map M 10 ipsec-isakmp"),
        ("ip sla 1", "ip sla schedule 1 life forever start-time now"),
        ("dial-peer voice 1 pots", "dial-peer voice 2 pots"),
        ("crypto isakmp policy 10", "crypto isakmp key secret address 192.0.2.1"),
        ("router ospf 1", "ip forward-protocol nd"),
        ("aaa group server radius G", "aaa authentication login default group G"),
    ],
)
def test_a_global_line_is_no_line_of_the_section_before_it(section: str, line: str) -> None:
    config = _inside(section, line).config
    assert line in {node.text for node in config.children}


@pytest.mark.parametrize(
    "line",
    ["ip route-cache flow", "ip nat inside", "ip inspect FW in", "crypto map M", "ntp disable"],
)
def test_a_line_of_an_interface_stays_in_it(line: str) -> None:
    config = _inside("interface GigabitEthernet0/0", line).config
    assert config.at(("interface GigabitEthernet0/0", line)) is not None


@pytest.mark.parametrize("line", ["ip cef", "ip http server", "ipv6 cef", "aaa new-model"])
def test_some_lines_are_printed_either_way(line: str) -> None:
    off = to_text(_inside(f"no {line}").config)
    assert off == f"no {line}\n"
    assert to_text(_inside(f"no {line}", line).config) == f"{line}\n"
    assert to_text(_inside(line, f"no {line}").config) == f"no {line}\n"


@pytest.mark.parametrize(
    "line", ["ntp clock-period 17179869", "crypto pki certificate chain TP", "version 15.4"]
)
def test_what_changes_by_itself_is_volatile(line: str) -> None:
    assert is_volatile(line)
    assert not is_volatile("ntp server 192.0.2.1")


def test_comments_of_the_last_change_are_no_configuration() -> None:
    text = "! Last configuration change at 10:00:00 UTC by x\n! NVRAM config last updated at 1\n"
    assert parse(text + "hostname r1\n") == parse("hostname r1\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version 15.9\n", False),
        ("version 12.4\n", False),
        ("version 16.9\n", True),
        ("version 17.3\n", True),
        ("version 26.1\n", True),
        ("version 15.5\nplatform qfp utilization monitor load 80\n", True),
        ("hostname r1\nnetconf-yang\n", True),
    ],
)
def test_ios_xe_is_told_by_its_version_or_lines_that_classic_ios_lacks(
    text: str, *, expected: bool
) -> None:
    assert is_xe(parse(text)) is expected
