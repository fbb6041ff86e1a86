"""What a configuration says of the router itself."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import render, survey

from knockdeploy.ios import view
from knockdeploy.ios.apply import apply
from knockdeploy.ios.parse import parse

FIRST_SECONDARY = """\
interface GigabitEthernet0/0
 ip address 203.0.113.11 255.255.255.0 secondary
 ip address 203.0.113.12 255.255.255.0 secondary
 ip address 203.0.113.10 255.255.255.0
 standby 1 ip 203.0.113.1
"""


def test_secondary_addresses_are_printed_before_the_one_it_is_known_by() -> None:
    """So real configurations have it (`show run` of 12.4 and 15)."""
    (interface,) = view.interfaces(parse(FIRST_SECONDARY)).values()
    assert interface.address == "203.0.113.10"
    assert interface.others == ("203.0.113.11", "203.0.113.12", "203.0.113.1")


def test_interface_with_secondary_addresses_alone_has_none_of_its_own() -> None:
    config = parse("interface Gi0/0\n ip address 10.0.0.1 255.0.0.0 secondary\n")
    (interface,) = view.interfaces(config).values()
    assert interface.address is None
    assert interface.addresses == ("10.0.0.1",)


SHARED = """\
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 standby version 2
 standby 0 ip 203.0.113.1
 standby 3 ip 203.0.113.12 secondary
 standby 4 ip
 standby 1 authentication 203.0.113.99
 vrrp 1 description uplink
 vrrp 1 ip 203.0.113.2
 vrrp 1 ip 203.0.113.20 secondary
 vrrp 7 address-family ipv4
  priority 110
  address 203.0.113.7 primary
 glbp 5 ip 203.0.113.3
 glbp 6 ip
 redundancy group 1 ip 203.0.113.8 exclusive decrement 50
interface GigabitEthernet0/1
 vrrp 1 ip 198.51.100.1
 ip address 198.51.100.1 255.255.255.0
 shutdown
ip alias 203.0.113.4 22
ip mobile home-agent address 203.0.113.6
ip address-thing 203.0.113.98
webvpn gateway GW
 ip address 203.0.113.5 port 443
 inservice
webvpn gateway OFF
 ip address 203.0.113.97 port 443
 no inservice
"""


def test_addresses_that_are_shared_or_have_no_interface_are_the_routers_own() -> None:
    own = view.own_addresses(parse(SHARED))
    assert set(own) == {f"203.0.113.{last}" for last in (10, 1, 12, 2, 20, 7, 3, 8, 4, 6, 5)}


def test_an_interface_holds_the_addresses_it_shares() -> None:
    assert view.interface_of(parse(SHARED), "203.0.113.2") == "GigabitEthernet0/0"
    assert view.interface_of(parse(SHARED), "203.0.113.4") is None


@pytest.mark.parametrize(
    "line",
    [
        "standby 3 ip 203.0.113.12 secondary",
        "vrrp 1 ip 203.0.113.2",
        "glbp 5 ip 203.0.113.3",
        "redundancy group 1 ip 203.0.113.8 exclusive",
    ],
)
def test_what_shares_an_address_can_be_typed(line: str) -> None:
    header = "interface GigabitEthernet0/0"
    done = apply(parse(header), (header,), line)
    assert done.config.at((header, line)) is not None


def test_the_services_are_shut_at_each_of_them() -> None:
    running = parse(SHARED)
    intent = an_intent(new_acl_entries=["permit ip any any"])
    text = render(intent, survey(running, intent))
    for last in (10, 1, 12, 2, 20, 7, 3, 8, 4, 6, 5):
        assert f"deny object-group OG_Knock_Services any host 203.0.113.{last}\n" in text
