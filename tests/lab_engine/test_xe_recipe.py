"""The recipe of IOS-XE on a virtual router: who gets in, who does not, and when it shuts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest

from knockdeploy.lab.behaviour import Behaviour, table

from .recipe_xe_bench import TIMEOUT_MINUTES, RecipeBench, intent
from .xe_bench import KNOCK, KNOCKER, WAN

N_STREAMS = int(os.environ.get("KNOCKDEPLOY_STREAMS", "60"))
OTHER = "198.51.100.70"  # KNOCKER is a prefix of it
DECOYS = tuple(knock.port for knock in intent().decoy_knocks)
WINDOW_S = intent().window_seconds
MINUTE_S = 60


def test_the_right_knock_opens_every_service_for_its_source_alone(bench: RecipeBench) -> None:
    assert bench.refused == []
    assert not bench.is_open()
    bench.knock_xe()
    assert [door.partition(" (")[0] for door in bench.doors()] == [
        f"1 permit tcp host {KNOCKER} gt 0 host {WAN} eq 22",
        f"2 permit tcp host {KNOCKER} gt 0 host {WAN} eq 443",
    ]
    assert bench.is_open()
    assert bench.send(443, protocol="tcp")
    assert not bench.is_open(OTHER)


@pytest.mark.parametrize("second", range(48, 60))
def test_a_knock_over_the_end_of_a_minute_opens(bench: RecipeBench, second: int) -> None:
    bench.to_second(second)
    bench.knock_xe()
    assert bench.is_open()


STAMPS = (
    "datetime",
    "datetime localtime",
    "datetime msec localtime show-timezone year",
    "datetime year",
    "datetime msec show-timezone",
)


@pytest.mark.parametrize("stamps", STAMPS)
@pytest.mark.parametrize("second", [10, 57])
def test_stamps_of_every_form_are_read(stamps: str, second: int) -> None:
    bench = RecipeBench()
    zone = "clock timezone CET 1 0"
    assert bench.type(f"service timestamps log {stamps}", zone) == []
    bench.to_second(second)
    bench.knock_xe(pause_s=WINDOW_S / 4)
    assert bench.is_open()
    bench.to_second(second)
    bench.knock_xe(source=OTHER, pause_s=(WINDOW_S + 1) / 4)
    assert not bench.is_open(OTHER)


@pytest.mark.parametrize("hours", [0, 23])
def test_a_knock_over_the_end_of_an_hour_and_of_a_day_opens(hours: int) -> None:
    """With the applet, which reads the time of day: the policy knows none."""
    bench = RecipeBench()
    day_s = 24 * 60 * MINUTE_S
    bench.clock.advance((hours * 3600 + 3597 - bench.clock.now()) % day_s)
    bench.knock_xe()
    assert bench.is_open()


@pytest.mark.parametrize("second", [5, 57])
def test_a_knock_slower_than_its_window_opens_nothing(bench: RecipeBench, second: int) -> None:
    bench.to_second(second)
    bench.knock_xe(pause_s=(WINDOW_S + 1) / 4)
    assert bench.doors() == []
    bench.clock.advance(60)
    bench.to_second(second)
    bench.knock_xe(pause_s=WINDOW_S / 4)
    assert bench.is_open()


@pytest.mark.parametrize(
    "ports",
    [
        KNOCK[::-1],
        (KNOCK[0], KNOCK[2], KNOCK[1], *KNOCK[3:]),
        KNOCK[1:],
        KNOCK[:2] + KNOCK[3:],
        KNOCK[:3] + DECOYS[:1] + KNOCK[3:],
        tuple(sorted((*KNOCK, *DECOYS))) * 3,
        tuple(sorted(KNOCK)) * 3,
        (KNOCK[0], *KNOCK),
    ],
    ids=[
        "reversed", "swapped", "first missing", "third missing", "decoy", "three scans",
        "three scans of knocks", "first twice, which is right",
    ],
)  # fmt: skip
def test_what_is_no_right_knock_opens_nothing(bench: RecipeBench, ports: Sequence[int]) -> None:
    bench.knock_xe(ports)
    assert bool(bench.doors()) == (tuple(ports[-5:]) == KNOCK)


def test_knock_ports_as_source_ports_open_nothing(bench: RecipeBench) -> None:
    for port in KNOCK:
        bench.send(DECOYS[0], source_port=port)
        bench.clock.advance(1)
    bench.clock.advance(2)
    assert bench.doors() == []


NOBODYS = ["0.1.2.3", "127.0.0.1", "224.0.0.5", "255.255.255.255", WAN, "10.1.1.1", "192.0.2.255"]


@pytest.mark.parametrize("source", NOBODYS)
def test_no_entry_is_made_for_an_address_that_is_nobodys_or_the_router_s(
    bench: RecipeBench, source: str
) -> None:
    """Each would take a slot for as long as a door is open."""
    bench.knock_xe(source=source)
    assert bench.doors() == []
    bench.clock.advance(WINDOW_S)
    bench.knock_xe()
    assert bench.is_open()


@pytest.mark.parametrize("name", ["raindrop", "receiver-1"])
def test_a_router_whose_name_is_a_word_of_its_table_opens_all_the_same(
    bench: RecipeBench, name: str
) -> None:
    assert bench.type(f"hostname {name}") == []
    bench.knock_xe()
    assert bench.is_open()


def test_two_addresses_that_share_a_knock_open_for_neither(bench: RecipeBench) -> None:
    for number, port in enumerate(KNOCK):
        bench.send(port, (KNOCKER, OTHER)[number % 2])
        bench.clock.advance(1)
    bench.clock.advance(2)
    assert bench.doors() == []


def test_somebody_else_in_between_disturbs_nothing(bench: RecipeBench) -> None:
    for port in KNOCK:
        bench.send(port)
        bench.send(DECOYS[0], OTHER)
        bench.clock.advance(1)
    bench.clock.advance(2)
    assert bench.is_open()
    assert not bench.is_open(OTHER)


@pytest.mark.parametrize("head", ["", "%SEC-6-IPACCESSLOGP: ", "*Mar  1 00:10:10.000: %SEC-6-"])
def test_text_in_other_messages_that_reads_like_knocks_wakes_and_opens_nothing(
    bench: RecipeBench, head: str
) -> None:
    for port in KNOCK:
        line = f"{head}IPACCESSLOGP: list WAN-IN denied udp 6.6.6.6(1) -> {WAN}({port}), 1 packet"
        bench.router.log(f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {line}]")
        bench.clock.advance(1)
    bench.clock.advance(3)
    assert bench.doors() == []
    assert not bench.is_open("6.6.6.6")


def test_without_a_free_vty_nothing_opens(bench: RecipeBench) -> None:
    for _ in range(5):
        assert bench.router.lines.open_line("ops", "10.1.1.2")
    bench.knock_xe()
    assert bench.doors() == []
    assert bench.logged("%HA_EM-3-FMPD_")


def test_a_reload_forgets_what_was_sent(bench: RecipeBench) -> None:
    bench.router.save()
    for port in KNOCK[:-1]:
        bench.send(port)
        bench.clock.advance(1)
    bench.router.reload()
    bench.send(KNOCK[-1])
    bench.clock.advance(3)
    assert bench.doors() == []
    bench.knock_xe()
    assert bench.is_open()


def test_a_lost_line_and_a_full_buffer_open_nothing(bench: RecipeBench) -> None:
    for number, port in enumerate(KNOCK):
        if number != 2:
            bench.send(port)
        bench.clock.advance(1)
    for number in range(3000):
        bench.router.log(f"%TEST-6-NOISE: {'x' * 80} {number}")
    bench.send(KNOCK[-1])
    bench.clock.advance(3)
    assert bench.doors() == []
    bench.knock_xe()
    assert bench.is_open()


FLOOD_PER_S = 10


def flood(bench: RecipeBench, seconds: int) -> None:
    """Send the first and the last knock from one forged source after the other, a second apart."""
    for n in range(seconds * FLOOD_PER_S):
        for port, number in ((KNOCK[0], n), (KNOCK[-1], n - FLOOD_PER_S)):
            bench.send(port, f"203.0.{113 + number // 250}.{number % 250}")
        bench.clock.advance(1 / FLOOD_PER_S)


@pytest.mark.usefixtures("tclsh")
@pytest.mark.parametrize(
    ("engine", "choice"),
    [
        ("applet", {}),
        ("applet", {"applet_threads": 1}),
        ("applet", {"applet_classes": "ignored"}),
        ("tcl", {"applet_threads": 1, "applet_classes": "ignored"}),
    ],
    ids=str,
)
def test_a_flood_of_forged_knocks_does_not_keep_a_door_open(
    engine: str, choice: dict[str, Any]
) -> None:
    bench = RecipeBench(Behaviour(**choice), intent(timeout_minutes=1, engine=engine))
    bench.to_second(10)
    bench.knock_xe()
    assert bench.is_open()
    flood(bench, 2 * MINUTE_S)
    does_wait = engine == "applet" and "applet_classes" in choice
    assert bool(bench.doors()) == does_wait, "which no applet can do without"


def test_what_opens_takes_one_line_at_most_in_a_flood(bench: RecipeBench) -> None:
    """A thread, so a VTY: of five, four are left for who manages the router, and for what shuts.

    The policy takes one for a whole knock alone.
    """
    flood(bench, 20)
    assert len(bench.router.event_manager.active) == 1
    n_left = sum(bench.router.lines.open_line("ops", "10.1.1.2") is not None for _ in range(5))
    assert n_left == (5 if bench.wish.engine == "tcl" else 4)


USELESS = {
    "applet": {"variable_ends": "blank", "regexp_spans": "line", "applet_classes": "stuck"},
    "tcl": {},
}
"""Where an engine cannot work: nobody gets in, and a deployment is taken back."""
UNHEARD = {"acl_log_flow": "never", "acl_log_wakes_eem": False}
"""Where no engine can."""
REFUSED = {"applet": {"action_chars"}, "tcl": {"policy_bypass"}}
"""Where the image takes a line otherwise."""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (row.name, value)
        for row in table("iosxe")
        for value in row.metadata["values"][1:]
        if value != "refused" or row.name != "applet_classes"  # nothing is typed then
    ],
)
def test_each_open_behaviour_lets_it_work_or_shuts_everybody_out(
    name: str, value: object, engine: str
) -> None:
    bench = RecipeBench(Behaviour(**{name: value}), intent(engine=engine))  # type: ignore[arg-type]
    assert bool(bench.refused) == (name in REFUSED[engine])
    if bench.refused:
        return
    bench.to_second(10)
    bench.knock_xe()
    bench.clock.advance(1)
    assert bench.is_open() == ((UNHEARD | USELESS[engine]).get(name) != value)
    bench.knock_xe(KNOCK[::-1], OTHER)
    assert not bench.is_open(OTHER)
    bench.clock.advance(MINUTE_S * (TIMEOUT_MINUTES + 1))
    assert bench.doors() == []
