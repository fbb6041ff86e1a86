"""Lines nobody judges are left out in one pass; what decides, and texts of people's, stay."""

from __future__ import annotations

import pytest

from knockdeploy.ios.bulk import without_bulk

KEPT = """\
version 15.2
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip route vrf OUT 0.0.0.0 0.0.0.0 Dialer0 250
ipv6 route ::/0 2001:DB8::1
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
snmp-server community public RO ACL_WAN
router bgp 65001
 neighbor 192.0.2.1 remote-as 65002
ip access-list extended IN
 permit ip any any
"""


@pytest.mark.parametrize(
    "bulk",
    [
        "ip route 10.0.0.0 255.0.0.0 Null0\n",
        "ip route vrf OUT 10.0.0.0 255.0.0.0 Null0 tag 5\n",
        "ipv6 route 2001:DB8:1::/48 Null0\n",
        "ip prefix-list P seq 5 permit 10.0.0.0/8\n",
        "crypto pki certificate chain TP\n certificate self-signed 01\n  30820122 300D\n  quit\n",
        "dial-peer voice 1 voip\n destination-pattern 1...\n session target ipv4:10.1.1.1\n",
        "interface Vlan1\n no ip address\n shutdown\n",
        "interface FastEthernet0/1/0\n description desk 7\n switchport access vlan 10\n",
        "interface Tunnel9\n",
    ],
)
def test_bulk_is_left_out_and_nothing_else(bulk: str) -> None:
    lines = KEPT.splitlines(keepends=True)
    assert (
        without_bulk(f"{''.join(lines[:4])}{bulk}{''.join(lines[4:])}{bulk}end\n") == f"{KEPT}end\n"
    )


def test_the_end_of_a_banner_stays() -> None:
    banner = "banner motd ^C\nip route 10.0.0.0 255.0.0.0 Null0 ^C\n"
    assert without_bulk(banner + KEPT) == banner + KEPT


@pytest.mark.parametrize("sign", ["#", "x", "Z"])
def test_a_text_of_any_delimiter_keeps_its_lines(sign: str) -> None:
    banner = f"banner motd {sign}\narp {sign}\n"
    assert without_bulk(banner + KEPT) == banner + KEPT


def test_a_text_that_ends_in_its_line_is_no_reason_to_keep_others() -> None:
    banner = "banner login # be good #\n"
    assert without_bulk(f"{banner}arp 10.1.1.1 0000.0c07.ac01 ARPA\n") == banner


@pytest.mark.parametrize(
    "line",
    ["ip access-group IN in", "ip unnumbered Loopback0", "service-policy input P", "mtu 1400"],
)
def test_an_interface_with_anything_else_stays(line: str) -> None:
    section = f"interface Serial0/0\n no ip address\n {line}\n"
    assert without_bulk(f"{section}end\n") == f"{section}end\n"


def test_an_interface_that_is_asked_for_stays_whatever_it_has() -> None:
    section = "interface Dialer1\n no ip address\n shutdown\n"
    assert without_bulk(section, ("Dialer1",)) == section
    assert without_bulk(section, ("Dialer11",)) == ""
