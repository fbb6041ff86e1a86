"""An interface that is shut down: its address is not among those that are denied."""

from __future__ import annotations

import pytest
from intents import a_short_intent
from planning import make_plan, render, survey

from knockdeploy.ios.parse import parse

ADDRESS = "ip address 203.0.113.10 255.255.255.0"
OTHER = "ip address 198.51.100.1 255.255.255.0"


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ((ADDRESS, "shutdown"), (OTHER,), ["GigabitEthernet0/0"]),
        ((ADDRESS, "shutdown"), (OTHER, "shutdown"), ["GigabitEthernet0/0", "GigabitEthernet0/1"]),
        ((ADDRESS,), (OTHER,), []),
        (("no ip address", "shutdown"), (OTHER,), []),  # it has none to protect
        (("ip address dhcp", "shutdown"), (OTHER,), []),  # any address is denied
    ],
)
def test_it_is_told_of_an_address_that_nothing_shuts_once_it_is_up(
    first: tuple[str, ...], second: tuple[str, ...], told: list[str]
) -> None:
    text = "".join(
        "\n ".join((f"interface GigabitEthernet0/{k}", *lines)) + "\n"
        for k, lines in enumerate((first, second))
    )
    intent = a_short_intent(
        interface=["GigabitEthernet0/0", "GigabitEthernet0/1"],
        new_acl_entries=["permit ip any any"],
    )
    running = parse(text)
    plan = make_plan(running, parse(render(intent, survey(running, intent))), intent)
    said = [each.split()[0] for each in plan.warnings if "its address is not protected" in each]
    assert said == told
