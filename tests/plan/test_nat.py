"""Static translations that are cut off, as damaged files have them: nothing is read into them."""

from __future__ import annotations

import pytest
from intents import a_short_intent
from situations import OUTSIDE, ROUTER, plan_of

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node

INTENT = a_short_intent(interface=OUTSIDE, new_acl_entries=["permit ip any any"])


def router(translation: str) -> Node:
    text = ROUTER.format(binding="", second="", acl="", policy="", host="")
    return parse(f"{text}ip nat inside source static {translation}\n")


@pytest.mark.parametrize(
    "half", ["tcp 10.9.9.9 22", "10.9.9.9", "network 10.9.9.0", "tcp 10.9.9.9"]
)
def test_half_a_translation_forwards_nothing(half: str) -> None:
    assert plan_of(router(half), INTENT).steps


@pytest.mark.parametrize(
    ("entry", "is_refused"),
    [
        ("permit tcp any 10.9.9.0 0.0.0.255 eq 22", True),
        ("permit tcp any 10.9.9.0 0.0.0.255 eq 22 established", False),
        ("deny tcp any 10.9.9.0 0.0.0.255 eq 22", False),
    ],
)
def test_only_what_begins_sessions_to_hosts_behind_would_be_shut(
    entry: str, is_refused: bool
) -> None:
    """Our entries cover any destination; replies pass by those that follow sessions."""
    text = ROUTER.format(
        binding=" ip access-group WAN in\n", second="", policy="", host="",
        acl=f"ip access-list extended WAN\n {entry}\n permit udp any any eq ntp\n",
    )  # fmt: skip
    intent = INTENT.model_copy(update={"destination": "any"})
    if is_refused:
        with pytest.raises(UnsupportedError, match="through to another destination"):
            plan_of(parse(text), intent)
    else:
        assert plan_of(parse(text), intent).steps


def test_an_entry_for_any_destination_is_no_host_behind() -> None:
    """Where no address of the router's own is known, it may be meant for the router itself."""
    text = ROUTER.format(
        binding=" ip access-group WAN in\n", second="", policy="", host="",
        acl="ip access-list extended WAN\n permit tcp any any eq 22\n",
    ).replace("ip address 203.0.113.10 255.255.255.0", "ip address negotiated")  # fmt: skip
    lone = parse(text.replace("ip address 10.1.1.1 255.255.255.0", "no ip address"))
    assert plan_of(lone, INTENT).steps


@pytest.mark.parametrize(
    "whole",
    [
        "tcp 10.9.9.9 22 203.0.113.10 22",
        "tcp 10.9.9.9 8022 interface GigabitEthernet0/0 22",
        "10.9.9.9 203.0.113.10",
        "network 10.9.9.0 203.0.113.0 /24",
    ],
)
def test_a_whole_one_is_refused(whole: str) -> None:
    with pytest.raises(UnsupportedError, match="forwards a protected service"):
        plan_of(router(whole), INTENT)


@pytest.mark.parametrize(
    "translation",
    [
        "tcp 10.9.9.9 22 203.0.113.99 22",  # an address that is not the router's: nobody's deny
        "10.9.9.9 203.0.113.99",
        "tcp 10.9.9.9 22 203.0.113.10 2222",
        "udp 10.9.9.9 22 203.0.113.10 22",
        "tcp 10.9.9.9 22 interface GigabitEthernet0/0 2222",
    ],
)
def test_what_forwards_nothing_that_we_shut_is_let_be(translation: str) -> None:
    assert plan_of(router(translation), INTENT).steps


def test_a_body_of_ones_own_may_let_through_to_hosts_behind() -> None:
    """It stands below our denies, and its author knows of them."""
    body = ["permit tcp any host 10.1.1.9 eq 22", "permit ip any any"]
    wish = a_short_intent(interface=OUTSIDE, destination="any", new_acl_entries=body)
    text = ROUTER.format(binding="", second="", acl="", policy="", host="")
    deployed = plan_of(parse(text), wish).after
    assert plan_of(deployed, wish).commands == ()
