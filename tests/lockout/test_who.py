"""Who we are, in the router's words: `show users wide` and `show tcp brief numeric`."""

from __future__ import annotations

import pytest

from knockdeploy.device.show_output import our_address, own_user

USERS = """\
    Line       User       Host(s)              Idle       Location
   0 con 0                idle                 1d02h
*388 vty 0     admin      idle                 00:00:00   {}
"""
TCP = """\
TCB       Local Address               Foreign Address             (state)
6523A4FC  203.0.113.10.22             198.51.100.7.51234          ESTAB
6523A4FD  203.0.113.10.41000          192.0.2.49.49               ESTAB
"""
SECOND = "6523A4FE  203.0.113.10.22             198.51.100.9.50001          ESTAB\n"


@pytest.mark.parametrize(
    ("location", "tcp", "address"),
    [
        ("198.51.100.7", TCP, "198.51.100.7"),
        ("198.51.100.7", "", "198.51.100.7"),
        ("2001:DB8::7", "", "2001:db8::7"),
        ("noc.example.net", TCP, "198.51.100.7"),
        ("noc", TCP, "198.51.100.7"),
        ("noc.example.net", TCP + SECOND, None),  # which of the two?
        ("noc.example.net", "", None),
    ],
)
def test_address_is_the_one_the_router_sees(location: str, tcp: str, address: str | None) -> None:
    assert our_address(own_user(USERS.format(location)), tcp) == address


def test_console_has_no_address() -> None:
    users = "*  0 con 0                idle                 00:00:00\n"
    assert our_address(own_user(users), TCP) is None
    assert our_address(None, TCP) is None
