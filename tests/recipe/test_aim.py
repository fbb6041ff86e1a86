"""Where clients aim: the outside interface's address, whatever our entries cover."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import survey

from knockdeploy.ios.parse import parse

ROUTER = """\
zone security INTERNET
interface GigabitEthernet0/0
 {outside}
 zone-member security INTERNET
interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
interface GigabitEthernet0/2
 ip address 198.51.100.2 255.255.255.252
 zone-member security INTERNET
"""
ONE, TWO = "GigabitEthernet0/0", ["GigabitEthernet0/0", "GigabitEthernet0/2"]
ADDRESS, NEGOTIATED = "ip address 203.0.113.10 255.255.255.0", "ip address negotiated"


ROWS = (
    (ADDRESS, "outside", ONE, "203.0.113.10", "203.0.113.10"),
    (ADDRESS, "any", ONE, "203.0.113.10", None),
    (ADDRESS, "outside", TWO, "203.0.113.10", None),
    (NEGOTIATED, "outside", TWO, "198.51.100.2", None),
    (NEGOTIATED, "outside", ONE, None, None),
)


@pytest.mark.parametrize("enforcement", ["interface-acl", "zone", "copp"])
@pytest.mark.parametrize("row", ROWS)
def test_clients_aim_at_the_outside_interface(
    enforcement: str, row: tuple[str, str, str | list[str], str | None, str | None]
) -> None:
    outside, destination, interface, aim, covers = row
    intent = an_intent(
        enforcement=enforcement,
        destination=destination,
        interface=interface,
        new_acl_entries=["permit ip any any"],
    )
    config = ROUTER.format(outside=outside)
    if interface == ONE:  # a zone has to be listed whole
        config = config.rpartition("interface")[0]
    at = survey(parse(config), intent)
    assert (at.aim, at.destination) == (aim, covers)
