"""Protected UDP at broadcast and multicast addresses: what a plan says of it."""

from __future__ import annotations

import pytest
from planning import make_plan, render, survey

from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import outline, parse

ADDRESS = " ip address 203.0.113.10 255.255.255.0\n"
CONFIG = (
    f"interface GigabitEthernet0/0\n{ADDRESS} ip access-group WAN in\n"
    "ip access-list extended WAN\n permit ip any any\n"
)
BOTH = "203.0.113.255, 203.0.113.0, 255.255.255.255, 224.0.0.1"


def told(config: str, *services: str, enforcement: str = "interface-acl") -> list[str]:
    intent = intent_from(
        {
            "ports": [46543, 28654, 40204, 37566, 34515],
            "services": ["22/tcp", *services],
            "interface": "GigabitEthernet0/0",
            "new_acl_entries": ["permit ip any any"],
            "enforcement": enforcement,
        }
    )
    running = parse(config)
    wanted = outline(render(intent, survey(running, intent)))
    warnings = make_plan(running, wanted, intent).warnings
    return [each for each in warnings if "/udp is denied" in each]


@pytest.mark.parametrize(
    ("config", "where", "into"),
    [
        (CONFIG, BOTH, "WAN"),
        (f"interface GigabitEthernet0/0\n{ADDRESS}", BOTH, "knock.new_acl_entries"),
        (CONFIG.replace("255.255.255.0", "255.255.255.254"), "255.255.255.255, 224.0.0.1", "WAN"),
        (
            CONFIG.replace(" permit", " deny udp any host 203.0.113.255 eq snmp\n permit"),
            "203.0.113.0, 255.255.255.255, 224.0.0.1",
            "WAN",
        ),
        (
            CONFIG.replace(ADDRESS, f"{ADDRESS} ip address 192.0.2.1 255.255.255.252 secondary\n"),
            "203.0.113.255, 203.0.113.0, 192.0.2.3, 192.0.2.0, 255.255.255.255, 224.0.0.1",
            "WAN",
        ),
    ],
    ids=["list", "new", "slash-31", "one-denied", "secondary"],
)
def test_snmp_beside_the_denies_is_told_with_its_fix(config: str, where: str, into: str) -> None:
    first = where.partition(",")[0]
    assert told(config, "161/udp") == [
        f"161/udp is denied at the router's own addresses and stays open at {where}, where IOS "
        f"may answer too: `deny udp any host {first} eq 161` and so on, in {into}"
    ]


def test_each_service_of_ios_itself_is_told() -> None:
    """DNS, DHCP, TFTP, NTP, SNMP, IKE, L2TP and IKE behind NAT."""
    answered = [f"{port}/udp" for port in (53, 67, 69, 123, 161, 500, 1701, 4500)]
    assert [text.split()[0] for text in told(CONFIG, *answered)] == answered


@pytest.mark.parametrize(
    ("config", "service"),
    [
        (CONFIG, "443/tcp-udp"),
        (CONFIG.replace("permit ip any any", "permit ip any host 203.0.113.10"), "161/udp"),
        (CONFIG.replace(ADDRESS, " ip address dhcp\n"), "161/udp"),
    ],
    ids=["not-of-ios", "nothing-else-comes-in", "any-address-is-denied"],
)
def test_nothing_to_tell(config: str, service: str) -> None:
    assert told(config, service) == []


ZONED = "zone security INTERNET\n" + CONFIG.replace(
    ADDRESS, f"{ADDRESS} zone-member security INTERNET\n"
)
SHUT = " deny udp any host 203.0.113.255 eq snmp\n deny udp any host 203.0.113.0 eq snmp\n"


@pytest.mark.parametrize(("enforcement", "config"), [("copp", CONFIG), ("zone", ZONED)])
def test_classes_are_for_the_router_s_own_addresses_too(enforcement: str, config: str) -> None:
    into = "an inbound ACL of GigabitEthernet0/0"
    (text,) = told(config, "161/udp", enforcement=enforcement)
    assert text.endswith(f"stays open at {BOTH}, where IOS may answer too: `deny udp any host "
                         f"203.0.113.255 eq 161` and so on, in {into}")  # fmt: skip
    denied = config.replace(" permit ip any any", f"{SHUT} permit ip any any")
    (text,) = told(denied, "161/udp", enforcement=enforcement)
    assert "stays open at 255.255.255.255, 224.0.0.1, where" in text
    only = config.replace("permit ip any any", "permit ip any host 203.0.113.10")
    assert told(only, "161/udp", enforcement=enforcement) == []
