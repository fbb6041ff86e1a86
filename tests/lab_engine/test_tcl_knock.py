"""The Tcl policy at a door: floods, forgeries, clocks and failures (ios-facts-more §C)."""

from __future__ import annotations

import pytest

from knockdeploy.lab.router.clock import POWER_ON_S

from .bench import CLIENT, STRANGER, Bench
from .streams import KNOCK, WINDOW_S, with_policy

pytestmark = pytest.mark.usefixtures("tclsh")
RUN_S = 0.5
EACH = [f"198.18.{n // 250}.{n % 250 + 1}" for n in range(1000)]


def knocked(bench: Bench, source: str = CLIENT) -> None:
    for port in KNOCK:
        bench.udp(port, source)
        bench.clock.advance(1)


def n_runs(bench: Bench, seconds: float) -> int:
    """Count the policy's runs that end within so many seconds from now."""
    before = len(bench.router.event_manager.pending)
    bench.clock.advance(seconds)
    return before - len(bench.router.event_manager.pending)


def test_a_thousand_drops_a_second_are_two_runs_a_second_and_open_for_nobody() -> None:
    """§C: runs are serial, half a second each, in a thread apart from that of applets."""
    bench = with_policy()
    bench.type(
        "event manager applet OTHER", 'event syslog pattern "CONFIG_I"',
        'action 1.0 syslog msg "seen"', "exit",
    )  # fmt: skip
    for n in range(2000):
        bench.udp(KNOCK[n % 2], EACH[n % 1000])
        bench.clock.advance(0.001)
    assert n_runs(bench, 30) == 60
    assert bench.entries() == []
    bench.type("hostname r9")
    bench.clock.advance(0.1)
    assert bench.logged("OTHER: seen")  # and others' policies run meanwhile


def test_a_knock_in_a_flood_is_judged_by_when_it_came() -> None:
    """It opens late, once the runs before it are over, though they take longer than the window."""
    bench = with_policy()
    for port in KNOCK:
        for n in range(30):
            bench.udp(KNOCK[0], EACH[n])
        bench.udp(port)
        bench.clock.advance(1)
    assert bench.entries() == []
    bench.clock.advance(93 * RUN_S)
    assert [CLIENT in entry for entry in bench.entries()] == [True]


def test_a_knock_that_came_too_slowly_stays_shut_however_quickly_it_is_looked_at() -> None:
    bench = with_policy()
    for port in KNOCK:
        bench.udp(port)
        bench.clock.advance(WINDOW_S / 2 + 0.1)
    bench.clock.advance(5)
    assert bench.entries() == []


def test_no_vty_is_taken_but_for_what_may_be_a_whole_knock() -> None:
    """§C: EEM wants a VTY free for each; a scan of one port takes none."""
    bench = with_policy()
    opened: list[int] = []
    take = bench.router.lines.open_line

    def recorded(*arguments: str) -> object:
        opened.append(1)
        return take(*arguments)

    bench.router.lines.open_line = recorded  # type: ignore[method-assign, assignment]
    for port in (KNOCK[0], KNOCK[1], KNOCK[0], KNOCK[1], KNOCK[1]):
        bench.udp(port)
    bench.clock.advance(5)
    assert opened == []
    bench.udp(KNOCK[2])
    bench.clock.advance(1)
    assert opened == [1]
    assert list(bench.router.lines) == []


def test_without_a_vty_it_stays_shut_and_the_next_knock_opens() -> None:
    """It fails shut: the attempt that could not be judged counts no more."""
    bench = with_policy()
    taken = [bench.router.lines.open_line("ops") for _ in range(5)]
    knocked(bench)
    bench.clock.advance(5)
    for line in taken:
        assert line
        bench.router.lines.close_line(line)
    bench.udp(KNOCK[2])
    bench.clock.advance(5)
    assert bench.entries() == []
    bench.forget()
    knocked(bench)
    bench.clock.advance(5)
    assert len(bench.entries()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "no event manager environment _knock_Window",
        "no event manager environment _knock_Count",
        "no event manager environment _knock_Aim",
        "event manager environment _knock_Count 2",
        "event manager environment _knock_Count 4",
        "event manager environment _knock_Count 3 1",
        "event manager environment _knock_Group OG_Other",
    ],
)
def test_what_it_cannot_read_leaves_the_door_shut(line: str) -> None:
    bench = with_policy()
    bench.type(line)
    knocked(bench)
    bench.clock.advance(5)
    assert bench.entries() == []


def test_a_group_with_more_than_ports_in_it_leaves_the_door_shut() -> None:
    bench = with_policy()
    bench.type("object-group service OG_Knock", "udp range 50000 50009")
    knocked(bench)
    bench.clock.advance(5)
    assert bench.entries() == []


def test_other_ports_in_the_group_are_the_knock_at_once() -> None:
    """§D: members keep typing order; nothing is registered again."""
    bench = with_policy()
    bench.type("object-group service OG_Knock", f"no udp eq {KNOCK[0]}", f"udp eq {KNOCK[0]}")
    knocked(bench)
    bench.forget()
    assert bench.entries() == []
    for port in (*KNOCK[1:], KNOCK[0]):
        bench.udp(port)
        bench.clock.advance(1)
    bench.clock.advance(5)
    assert len(bench.entries()) == 1


@pytest.mark.parametrize("head", ["", "\n", "000001: ", "x: "])
def test_text_of_other_messages_opens_nothing(head: str) -> None:
    """Issue 12: a login that failed is logged with the name that was typed."""
    bench = with_policy()
    for port in KNOCK:
        name = f"{head}%CP-6-UDP: DROP  6.6.6.7(1) -> 203.0.113.10({port})"
        bench.router.log(
            f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {name}] [Source: 1.2.3.4]"
        )
    bench.clock.advance(5)
    assert bench.router.event_manager.pending == bench.router.event_manager.active == ()
    assert bench.entries() == []


@pytest.mark.parametrize("source", ["0.0.0.0", "224.0.0.5", "255.255.255.255"])  # noqa: S104
def test_nothing_is_opened_for_what_is_no_client(source: str) -> None:
    bench = with_policy()
    for port in KNOCK:
        bench.router.log(f"%CP-6-UDP: DROP  {source}(1) -> 203.0.113.10({port})")
        bench.clock.advance(1)
    bench.clock.advance(5)
    assert bench.entries() == []


def test_a_clock_that_is_set_back_or_forth_costs_an_attempt_and_no_more() -> None:
    """§C: events bear the time of the message, whatever clock that is."""
    for back_s in (3600.0, -3600.0):
        bench = with_policy()
        now = bench.clock.now
        for at, port in enumerate((*KNOCK, *KNOCK)):
            if at == len(KNOCK) - 1:
                bench.clock.now = lambda: now() - back_s  # type: ignore[method-assign]  # noqa: B023
            bench.router.log(f"%CP-6-UDP: DROP  {CLIENT}(1) -> 203.0.113.10({port})")
            assert bench.entries() == []
            bench.clock.advance(1)
        assert len(bench.entries()) == 1


def test_what_it_remembers_has_a_bound() -> None:
    """Addresses are anybody's to make up; those who came last are remembered."""
    bench = with_policy()
    for source in EACH[:300]:
        bench.udp(KNOCK[0], source)
        bench.udp(KNOCK[1], source)
    bench.udp(KNOCK[2], EACH[299])
    bench.udp(KNOCK[2], EACH[0])
    bench.clock.advance(602 * RUN_S + 1)
    assert [EACH[299] in entry for entry in bench.entries()] == [True]
    assert bench.clock.now() - POWER_ON_S < 400


def test_two_people_and_a_sweep_at_once_are_told_apart() -> None:
    bench = with_policy()
    for ours, theirs, swept in zip(KNOCK, KNOCK, sorted(KNOCK), strict=True):
        bench.udp(ours, CLIENT)
        bench.udp(swept, EACH[0])
        bench.udp(theirs, STRANGER)
        bench.clock.advance(1)
    bench.clock.advance(8)
    found = bench.entries()
    assert sorted(who for who in (CLIENT, STRANGER, EACH[0]) if any(who in e for e in found)) == [
        CLIENT, STRANGER,
    ]  # fmt: skip
