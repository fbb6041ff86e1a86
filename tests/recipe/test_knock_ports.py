"""What a transcript shows of ports that some configuration waits for as knocks."""

from __future__ import annotations

import pytest

from knockdeploy.recipe.knock_ports import masked


@pytest.mark.parametrize(
    ("text", "ports", "shown"),
    [
        ("udp eq 46543, tcp eq 22", "46543", "udp eq <other knock>, tcp eq 22"),
        ("46543 packets, 46544 bytes", "46543", "<other knock> packets, 46544 bytes"),
        ("range 161 46543", "161 46543", "range <other knock> <other knock>"),
        ("range 161 46543", "46543", "range 161 <other knock>"),
        # a low one is a port behind an operator alone
        ("udp neq 161, 161 packets", "161", "udp neq <other knock>, 161 packets"),
        (
            "permit tcp any eq 22 10.0.0.0 0.0.0.255",
            "10",
            "permit tcp any eq 22 10.0.0.0 0.0.0.255",
        ),
        ("465430, x46543, 10.1.1.4654", "46543 4654", "465430, x46543, 10.1.1.4654"),
        ("udp eq 46543", "", "udp eq 46543"),
    ],
)
def test_ports_are_masked_and_no_other_number(text: str, ports: str, shown: str) -> None:
    assert masked(text, frozenset(ports.split())) == shown
