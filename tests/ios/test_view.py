"""What a configuration says of the router itself."""

from __future__ import annotations

from knockdeploy.ios import view
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
