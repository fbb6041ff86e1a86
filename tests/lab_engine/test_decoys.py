"""Decoys with real packets: the rendered recipe on a virtual router."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import permutations

import pytest
from planning import make_plan, render, survey

from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.recipe.engine.tcl_policy import policy_name, script

from .bench import OUTSIDE, STRANGER, WINDOW_S, Bench

ROUTER = f"""
hostname r1
interface GigabitEthernet0/0
 ip address {OUTSIDE} 255.255.255.0
interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
line vty 0 4
"""
PORTS = [46543, 38654, 40204, 47566, 34515]
KNOCK = {
    "ports": PORTS,
    "services": ["22/tcp"],
    "interface": "GigabitEthernet0/0",
    "new_acl_entries": ["permit ip any any"],
}


def bench(behaviour: Behaviour | None = None, **changes: object) -> tuple[Bench, Intent]:
    intent = intent_from({**KNOCK, **changes})
    running = parse(ROUTER)
    wanted = parse(render(intent, survey(running, intent)))
    made = Bench(to_text(make_plan(running, wanted, intent).after), behaviour)
    if intent.engine == "tcl":
        made.router.flash[policy_name()] = script().decode()
        made.router.reload()  # registers what is configured
    return made, intent


def ports(intent: Intent) -> list[int]:
    return [knock.port for knock in intent.ports]


def opens(router: Bench, tried: Sequence[int], pause_s: float = 0.4) -> bool:
    router.knock(tried, pause_s=pause_s)
    router.clock.advance(
        0.5 * len(tried) if router.router.event_manager.scripts else 0
    )  # a run each
    return bool(router.entries())


def test_right_knock_opens_beside_decoys(engine: str) -> None:
    router, intent = bench(engine=engine)
    assert len(intent.decoy_knocks) == 5
    assert not router.tcp()
    assert opens(router, ports(intent))
    assert router.tcp()


@pytest.mark.parametrize("place", range(6))
def test_decoy_within_the_window_spoils_a_right_knock(place: int, engine: str) -> None:
    router, intent = bench(engine=engine)
    for decoy in intent.decoy_knocks:
        tried = ports(intent)
        tried.insert(place, decoy.port)
        assert opens(router, tried) is (place == 5)  # after the last knock it comes too late
        if place == 5:
            return
        assert not opens(router, ports(intent)), "and what is knocked within the window of it"
        router.forget()
        assert not router.tcp()


def test_decoys_are_silent_as_knocks_are(engine: str) -> None:
    router, intent = bench(engine=engine)
    for decoy in intent.decoy_knocks:
        assert not router.udp(decoy.port)
    assert len(router.logged("%CP-6-UDP: DROP")) == len(intent.decoy_knocks)


def test_who_found_the_silent_ports_and_tries_their_orders_stays_outside() -> None:
    """Without decoys 120 orders are all; here 900 of theirs, one after the other, open nothing."""
    router, intent = bench()
    silent = [knock.port for knock in (*intent.ports, *intent.decoy_knocks)]
    draw = random.Random(12)
    for _ in range(900):
        assert not opens(router, draw.sample(silent, 10), 0.01)
    bare, intent = bench(decoys=0)
    assert any(opens(bare, order, 0.01) for order in permutations(sorted(ports(intent))))


@pytest.mark.parametrize("tried", ["orders", "sweeps"])
def test_a_window_for_each_attempt_is_what_decoys_cost(tried: str, engine: str) -> None:
    router, intent = bench(engine=engine)
    silent = sorted(knock.port for knock in (*intent.ports, *intent.decoy_knocks))
    draw = random.Random(12)
    for _ in range(300 if engine == "applet" else 30):
        draw.shuffle(silent)
        assert not opens(router, silent[: 5 if tried == "orders" else 10], 0.2)
        router.clock.advance(WINDOW_S - 1)
    router.forget()
    assert opens(router, ports(intent))


@pytest.mark.parametrize("protocol", ["udp", "tcp", "mixed"])
def test_decoys_are_of_the_protocols_of_the_knocks(protocol: str, engine: str) -> None:
    wanted = [f"{port}/tcp" if at % 2 else port for at, port in enumerate(PORTS)]
    changes = {"ports": wanted} if protocol == "mixed" else {"protocol": protocol}
    router, intent = bench(engine=engine, **changes)
    for decoy in intent.decoy_knocks:
        send = router.tcp if decoy.protocol == "tcp" else router.udp
        send(decoy.port)
        for knock in intent.ports:
            (router.tcp if knock.protocol == "tcp" else router.udp)(knock.port)
        router.clock.advance(3)
        assert not router.entries()
        router.forget()
    for knock in intent.ports:
        (router.tcp if knock.protocol == "tcp" else router.udp)(knock.port)
    router.clock.advance(3)
    assert router.entries()


@pytest.mark.parametrize(
    ("andnot", "at_once", "later", "spoiled"),
    [
        ("holds", True, True, True),
        ("waits", False, True, True),
        ("never", False, False, True),
        ("ignored", True, True, False),
    ],
)
def test_what_andnot_does_with_a_period_is_open(
    andnot: str, at_once: bool, later: bool, spoiled: bool
) -> None:
    """ios-facts §3: documented is that it is there."""
    router, intent = bench(Behaviour(andnot=andnot))  # type: ignore[arg-type]  # a parameter
    router.knock([intent.decoy_knocks[0].port, *ports(intent)])
    assert bool(router.entries()) is not spoiled
    router.forget()
    router.forget()
    router, intent = bench(Behaviour(andnot=andnot))  # type: ignore[arg-type]
    assert opens(router, ports(intent)) is at_once
    router.forget()
    assert bool(router.entries()) is later


def test_stranger_at_a_decoy_spoils_his_own_knock_alone_where_sources_are_told_apart(
    engine: str,
) -> None:
    """The applet keeps no state for each source: docs/security.md says so."""
    router, intent = bench(engine=engine)
    router.udp(intent.decoy_knocks[0].port, STRANGER)
    assert opens(router, ports(intent)) is (engine == "tcl")


@pytest.mark.parametrize("andnot", ["holds", "ignored"])
def test_what_a_proof_knocks_in_vain_shows_whether_decoys_spoil(engine: str, andnot: str) -> None:
    router, intent = bench(Behaviour(andnot=andnot), engine=engine)  # type: ignore[arg-type]
    wrong = [knock.port for knock in intent.wrong_knock]
    assert set(wrong) - set(ports(intent)) <= {knock.port for knock in intent.decoy_knocks}
    assert len(wrong) == 2 * len(PORTS) + 1
    assert opens(router, wrong, 0.8) is (engine == "applet" and andnot == "ignored")
    bare = bench(decoys=0)[1]
    assert [knock.port for knock in bare.wrong_knock] == PORTS[::-1]


NOBODYS = ["0.1.2.3", "127.0.0.1", "224.0.0.5", "239.1.1.1", "240.0.0.1", "255.255.255.255"]


@pytest.mark.parametrize("source", [*NOBODYS, OUTSIDE, "10.1.1.1", "203.0.113.255", "10.1.1.0"])
def test_no_entry_is_made_for_an_address_that_is_nobodys_or_the_router_s(
    engine: str, source: str
) -> None:
    """Issue 12: of multicast, broadcast, loopback, the router's own and its subnets' ends."""
    router, intent = bench(engine=engine)
    router.knock(ports(intent), source)
    router.clock.advance(5)
    assert router.entries() == []
    router.forget()
    assert opens(router, ports(intent))


@pytest.mark.parametrize("name", ["raindrop", "receiver-1"])
def test_a_router_whose_name_is_a_word_of_its_table_opens_all_the_same(
    engine: str, name: str
) -> None:
    """What a command prints has the prompt behind it."""
    router, intent = bench(Behaviour(cli_result="prompt"), engine=engine)
    assert router.type(f"hostname {name}") == []
    assert opens(router, ports(intent))
