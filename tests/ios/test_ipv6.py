"""Which addresses of IPv6 are the router's own: what is judged is what comes to these."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest

from knockdeploy.ios.ipv6 import own_addresses
from knockdeploy.ios.parse import parse

GI, LOCAL = "interface GigabitEthernet0/", " ipv6 address FE80::1 link-local\n"
ONE = f"{GI}0\n ipv6 address 2001:DB8::1/64\n{LOCAL}"
OTHER = f"{GI}1\n ipv6 address 2001:DB8:1::1/64\n"


@pytest.mark.parametrize(
    ("config", "own"),
    [
        (f"{GI}0\n ip address dhcp\n", []),
        (ONE, ["2001:db8::1", "fe80::1"]),
        (ONE + OTHER, ["2001:db8::1", "fe80::1", "2001:db8:1::1"]),
        (ONE + OTHER + " shutdown\n", ["2001:db8::1", "fe80::1"]),
        # What no configuration tells: nobody knows all of them then.
        (ONE + "interface Tunnel0\n ipv6 enable\n", None),
        (ONE + "interface Tunnel0\n ipv6 address autoconfig\n", None),
        (ONE + "interface Tunnel0\n ipv6 address 2001:DB8:2::/64 eui-64\n", None),
    ],
)
def test_own_addresses_are_those_of_interfaces_that_are_up(
    config: str, own: list[str] | None
) -> None:
    found = own_addresses(parse(config))
    assert found == (None if own is None else tuple(int(IPv6Address(each)) for each in own))
