"""The Tcl policy of IOS-XE: a state for each source, and what it does not ask of the router."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knockdeploy.lab.behaviour import Behaviour

from .recipe_xe_bench import RecipeBench, intent
from .xe_bench import KNOCK, KNOCKER, WAN

pytestmark = pytest.mark.usefixtures("tclsh")
DECOYS = tuple(knock.port for knock in intent().decoy_knocks)
WINDOW_S = intent().window_seconds
OTHER = "198.51.100.70"
RUN_S = 0.5


def policy(behaviour: Behaviour | None = None, **keys: object) -> RecipeBench:
    made = RecipeBench(behaviour, intent(engine="tcl", **keys))
    assert made.refused == []
    return made


@pytest.fixture
def bench() -> RecipeBench:
    return policy()


def denied(port: int, source: str, acl: str = "WAN-IN", to: str = WAN) -> str:
    head = f"%FMANFP-6-IPACCESSLOGP: F0/0: fman_fp_image: list {acl}"
    return f"{head} denied udp {source}(40000) -> {to}({port}), 1 packet"


@pytest.mark.parametrize("place", range(1, 5))
def test_a_step_sent_again_spoils_nothing(bench: RecipeBench, place: int) -> None:
    bench.knock_xe((*KNOCK[:place], *KNOCK[:place], *KNOCK[place:]))
    assert bench.is_open()


def test_a_decoy_spoils_what_its_source_sends_for_a_window_and_nobody_elses(
    bench: RecipeBench,
) -> None:
    bench.send(DECOYS[0])
    bench.clock.advance(WINDOW_S - 6)
    bench.knock_xe()
    assert not bench.is_open()
    bench.knock_xe(source=OTHER)
    assert bench.is_open(OTHER)
    bench.knock_xe()
    assert bench.is_open()


def test_a_whole_knock_counts_once(bench: RecipeBench) -> None:
    """Its last step again, while all but the first are in the window, opens nothing."""
    bench.knock_xe(pause_s=1)
    bench.type("ip access-list extended WAN-IN", "no 1", "no 2")
    bench.send(KNOCK[-1])
    bench.clock.advance(2)
    assert bench.doors() == []


def test_a_knock_in_a_flood_is_judged_by_when_it_came() -> None:
    """It opens late, once the runs before it are over, though they take longer than the window."""
    bench = policy(Behaviour(acl_log_limit="none"))
    for port in KNOCK:
        for number in range(30):
            bench.send(KNOCK[0], f"203.0.113.{number + 1}")
        bench.send(port)
        bench.clock.advance(1)
    assert bench.doors() == []
    bench.clock.advance(155 * RUN_S)
    assert [KNOCKER in door for door in bench.doors()] == [True, True]


def test_a_knock_that_came_too_slowly_stays_shut(bench: RecipeBench) -> None:
    bench.knock_xe(pause_s=WINDOW_S / 4 + 0.01)
    assert bench.doors() == []
    bench.clock.advance(WINDOW_S)
    bench.knock_xe(pause_s=WINDOW_S / 4)
    assert bench.is_open()


def test_no_vty_is_taken_but_for_a_whole_knock(bench: RecipeBench) -> None:
    for _ in range(5):
        assert bench.router.lines.open_line("ops", "10.1.1.2")
    bench.knock_xe((*KNOCK[::-1], *KNOCK[:4], *KNOCK[:4]))
    assert not bench.logged("%HA_EM")


@pytest.mark.parametrize(
    "line",
    [
        "logging buffered 4096 warnings",
        "no logging buffered",
        "service timestamps log uptime",
        "no service timestamps log",
        "service timestamps log datetime localtime show-timezone year",
    ],
)
def test_neither_buffer_nor_timestamps_matter(bench: RecipeBench, line: str) -> None:
    bench.type(line)
    bench.knock_xe()
    assert bench.is_open()


@pytest.mark.parametrize(
    "name", ["Sequence", "Decoys", "Window", "Services", "Aim", "Opens", "Slots"]
)
def test_what_it_cannot_read_leaves_the_door_shut(bench: RecipeBench, name: str) -> None:
    bench.type(f"no event manager environment _knock_{name}")
    bench.knock_xe()
    assert bench.doors() == []


def test_another_sequence_is_the_knock_at_once(bench: RecipeBench) -> None:
    said = " ".join(f"{port}/udp" for port in KNOCK[::-1])
    bench.type(f"event manager environment _knock_Sequence {said}")
    bench.knock_xe()
    assert bench.doors() == []
    bench.clock.advance(WINDOW_S)
    bench.knock_xe(KNOCK[::-1])
    assert bench.is_open()


@pytest.mark.parametrize(
    "line",
    [
        lambda port: denied(port, KNOCKER, acl="INSIDE-IN"),
        lambda port: denied(port, KNOCKER, to="192.0.2.99"),
        lambda port: denied(port, KNOCKER).replace("1 packet", "2 packets"),
        lambda port: denied(port, KNOCKER).replace("denied", "permitted"),
        lambda port: denied(port, "224.0.0.5"),
        lambda port: denied(port, WAN),
        lambda port: f"%SEC_LOGIN-4-LOGIN_FAILED: [user: {denied(port, KNOCKER)}]",
    ],
    ids=["list", "address", "sum", "permitted", "multicast", "own", "text"],
)
def test_lines_that_are_no_knock_at_this_door(
    bench: RecipeBench, line: Callable[[int], str]
) -> None:
    for port in KNOCK:
        bench.router.log(line(port))
        bench.clock.advance(1)
    bench.clock.advance(3)
    assert bench.doors() == []


@pytest.mark.parametrize("bypasses", [True, False])
def test_aaa_refuses_what_is_typed_without_a_user_unless_it_is_bypassed(bypasses: bool) -> None:
    bench = policy(Behaviour(bypass_authorizes=bypasses))
    bench.type("aaa new-model", "aaa authorization commands 15 default group tacacs+")
    bench.knock_xe()
    assert bool(bench.doors()) is bypasses


def test_probes_have_a_knock_and_a_slot_of_their_own_for_a_minute() -> None:
    prober, probe = "192.0.2.9", (20011, 20022, 20033, 20044, 20055)
    bench = policy(probe_ports=list(probe), probe_sources=[prober], grant_slots=1)
    bench.knock_xe()
    bench.knock_xe(probe)
    assert {door.split()[4] for door in bench.doors()} == {KNOCKER}
    bench.knock_xe(probe, OTHER)
    assert not bench.is_open(OTHER)
    bench.knock_xe(probe, prober)
    assert bench.is_open(prober)
    bench.clock.advance(121)
    assert not bench.is_open(prober)
    assert bench.is_open()
