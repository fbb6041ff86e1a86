"""Text in other messages that reads like a knock (ios-facts §2, §3): the rendered recipe."""

from __future__ import annotations

from itertools import product

import pytest
from planning import render

from knockdeploy.intent import intent_from
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.recipe.placement import Placement

from .bench import BASE, INSIDE, KNOCK, OUTER, OUTSIDE, Bench
from .test_knock import either_way

ATTACKER = "6.6.6.7"
AT = Placement(destination=OUTSIDE, own_addresses=(OUTSIDE, INSIDE), acl="ACL_Internet_In")


def deployed(protocol: str, behaviour: Behaviour) -> Bench:
    bench = Bench(BASE, behaviour)
    intent = intent_from(
        {
            "ports": [f"{port}/{protocol}" for port in KNOCK],
            "services": ["22/tcp"],
            "interface": OUTER,
            "new_acl_entries": ["permit ip any any"],
        }
    )
    lines = render(intent, AT).splitlines()
    assert bench.type(*(line for line in lines if not line.startswith("!"))) == []
    return bench


def failed_login(name: str) -> str:
    return (
        f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {name}] [Source: {ATTACKER}] "
        "[localport: 22] [Reason: Login Authentication Failed] at 00:26:44 UTC Mon Mar 1 1993"
    )


NAMES = ("000001: {head}", "\n000001: {head}", "x: *Mar  1 00:26:44.431: {head}", "{head}")


@either_way
@pytest.mark.parametrize("protocol", ["udp", "tcp"])
@pytest.mark.parametrize(
    "without", ["", "service sequence-numbers\n", "service timestamps log datetime msec\n"]
)
def test_failed_logins_that_read_like_knocks_open_nothing(
    behaviour: Behaviour, protocol: str, without: str
) -> None:
    bench = deployed(protocol, behaviour)
    if without:
        bench.type(f"no {without.strip()}")
    for name, blanks in product(NAMES, (1, 2)):
        for at, port in enumerate(KNOCK, 1):
            head = f"%CP-6-{protocol.upper()}: DROP{' ' * blanks}{ATTACKER}(1) -> A({port})"
            real = head.replace("-> A", f"-> {OUTSIDE}")
            for each in (head, real):
                said = name.format(head=each).replace("000001", f"{at:06d}")
                bench.router.log(failed_login(said))
            bench.clock.advance(0.4)
        assert bench.entries() == [], name
        bench.forget()
    assert bench.logged("EEM") == []  # not even woken: nobody is kept from the engine by it


@either_way
@pytest.mark.parametrize("stamps", [True, False])
def test_real_knocks_are_heard_whatever_the_head_looks_like(
    behaviour: Behaviour, stamps: bool
) -> None:
    bench = deployed("udp", behaviour)
    if not stamps:
        bench.type("no service timestamps log datetime msec")
    bench.knock()
    assert len(bench.entries()) == 1
