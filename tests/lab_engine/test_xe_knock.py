"""The draft of iosxe-facts §8 on a virtual IOS-XE router: the attacks that its text names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knockdeploy.lab.behaviour import Behaviour, table
from knockdeploy.lab.faults import Faults

from .xe_bench import (
    ACL,
    APPLETS,
    BASE,
    DRAFT,
    KNOCK,
    KNOCKER,
    LINES,
    OPEN_MINUTES,
    WAN,
    XeBench,
)

N_STREAMS = int(os.environ.get("KNOCKDEPLOY_STREAMS", "100"))
OTHER = "198.51.100.70"  # KNOCKER is a prefix of it
TRAPS = (46540, 28655, 40209, 57560, 34519)


@pytest.fixture
def bench() -> XeBench:
    made = XeBench()
    made.to_second(10)
    return made


def test_the_right_knock_opens_for_its_source_alone(bench: XeBench) -> None:
    assert not bench.is_open()
    bench.knock_xe()
    assert bench.slot() == f"15 permit tcp host {KNOCKER} host {WAN} eq 22"
    assert bench.is_open()
    assert not bench.is_open(OTHER)
    assert bench.logged("%HA_EM-6-LOG: KNOCK: KNOCK open 198.51.100.7")
    # two blanks, the applet in parentheses: a real C1117 (§4)
    assert bench.logged("%SYS-5-CONFIG_I: Configured from console by  on vty0 (EEM:KNOCK)")


def test_the_door_shuts_by_itself(bench: XeBench) -> None:
    """Open time is nine to ten minutes: the phase of the watchdog."""
    bench.knock_xe()
    bench.clock.advance(60 * (OPEN_MINUTES - 1) - 8)
    assert bench.is_open()
    bench.clock.advance(68)
    assert not bench.is_open()
    assert bench.slot() is None


@pytest.mark.parametrize(
    "ports",
    [
        KNOCK[::-1],
        (KNOCK[0], KNOCK[2], KNOCK[1], *KNOCK[3:]),
        KNOCK[1:],
        KNOCK[:2] + KNOCK[3:],
        KNOCK[:3] + TRAPS[3:4] + KNOCK[3:],
        tuple(sorted(KNOCK)) * 3,
    ],
    ids=["reversed", "swapped", "first missing", "third missing", "trap", "ascending scans"],
)
def test_what_is_no_right_knock_opens_nothing(bench: XeBench, ports: Sequence[int]) -> None:
    bench.knock_xe(ports)
    assert bench.slot() is None


def test_a_knock_over_the_minute_does_not_open_with_this_draft(bench: XeBench) -> None:
    bench.to_second(57)
    bench.knock_xe()
    assert bench.slot() is None
    bench.to_second(10)
    bench.knock_xe()  # a retry opens
    assert bench.is_open()


def test_knock_ports_as_source_ports_open_nothing(bench: XeBench) -> None:
    for port in KNOCK:
        bench.send(46541, source_port=port)
        bench.clock.advance(1)
    bench.clock.advance(2)
    assert bench.slot() is None


def test_somebody_else_in_between_disturbs_nothing(bench: XeBench) -> None:
    for port in KNOCK:
        bench.send(port)
        bench.send(TRAPS[0], OTHER)
        bench.clock.advance(1)
    bench.clock.advance(2)
    assert bench.is_open()
    assert not bench.is_open(OTHER)


def test_two_addresses_that_share_a_knock_open_for_neither(bench: XeBench) -> None:
    for number, port in enumerate(KNOCK):
        bench.send(port, (KNOCKER, OTHER)[number % 2])
        bench.clock.advance(1)
    bench.clock.advance(2)
    assert bench.slot() is None


def test_texts_in_other_messages_that_read_like_a_knock_wake_but_do_not_complete_it(
    bench: XeBench,
) -> None:
    """§9.13: the draft is open to a line that imitates five; its lines have to come from a log."""
    for port in KNOCK[:-1]:
        bench.send(port)
        bench.clock.advance(1)
    text = f"IPACCESSLOGP: list WAN-IN denied udp 6.6.6.6(1) -> {WAN}({KNOCK[-1]}), 1 packet"
    bench.router.log(f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {text}]")
    bench.clock.advance(3)
    assert bench.slot() is None
    assert not bench.is_open("6.6.6.6")


def test_after_a_reload_a_saved_slot_goes_within_the_open_time(bench: XeBench) -> None:
    bench.knock_xe()
    bench.router.save()
    assert " 15 permit tcp host" in bench.router.startup
    bench.router.reload()
    assert bench.is_open()
    bench.clock.advance(60 * OPEN_MINUTES + 1)
    assert bench.slot() is None


def test_a_reload_forgets_counters_and_what_was_logged(bench: XeBench) -> None:
    bench.clock.advance(60 * 5)
    for port in KNOCK[:-1]:
        bench.send(port)
        bench.clock.advance(1)
    bench.router.reload()
    bench.send(KNOCK[-1])
    bench.clock.advance(3)
    assert bench.slot() is None


def test_a_lock_that_somebody_holds_keeps_the_door_shut_and_the_revoke_tries_again(
    bench: XeBench,
) -> None:
    """§4: configure terminal fails while another session holds a lock; revoke must retry."""
    locked = Faults(locked_by="ops")
    bench.router.faults = lambda: locked
    bench.knock_xe()
    assert bench.slot() is None
    bench.router.faults = Faults
    bench.knock_xe()
    bench.router.faults = lambda: locked
    bench.clock.advance(60 * OPEN_MINUTES)
    assert bench.slot() is not None
    bench.router.faults = Faults
    bench.clock.advance(60)
    assert bench.slot() is None


def test_without_a_free_vty_nothing_opens(bench: XeBench) -> None:
    for _ in range(5):
        assert bench.router.lines.open_line("ops", "10.1.1.2")
    bench.knock_xe()
    assert bench.slot() is None
    assert bench.logged("%HA_EM-3-FMPD_CLI_CONNECT")


def test_a_buffer_that_is_too_small_loses_the_knock() -> None:
    bench = XeBench(DRAFT.replace("logging buffered 262144", "logging buffered 4096"))
    bench.to_second(10)
    bench.knock_xe()
    assert bench.is_open()
    bench.clock.advance(700)
    bench.to_second(10)
    for port in KNOCK:
        bench.send(port)
        bench.clock.advance(1)
        for number in range(20):
            bench.router.log(f"%TEST-6-NOISE: {'x' * 80} {number}")
    bench.clock.advance(2)
    assert bench.slot() is None


def test_a_buffer_that_keeps_warnings_alone_never_opens() -> None:
    bench = XeBench(DRAFT.replace(" informational", " warnings"))
    bench.to_second(10)
    bench.knock_xe()
    assert bench.slot() is None


USELESS = {
    "acl_log_flow": "never",
    "acl_log_wakes_eem": False,
    "message_stamped": False,
    "variable_ends": "blank",
    "include_escapes": False,
    "regexp_spans": "line",
}
"""Where the draft cannot work: an image that behaves so shuts everybody out, and lets nobody in."""


@pytest.mark.parametrize(
    ("name", "value"),
    [(row.name, value) for row in table("iosxe") for value in row.metadata["values"][1:]],
)
def test_each_open_behaviour_lets_the_draft_work_or_shuts_everybody_out(
    name: str, value: object
) -> None:
    bench = XeBench(BASE + ACL + LINES, Behaviour(**{name: value}))  # type: ignore[arg-type]
    refused = bench.type(*APPLETS.splitlines())
    assert bool(refused) == (name == "action_chars")  # §9.6: an action of the draft is longer
    if refused:
        return
    bench.to_second(10)
    bench.knock_xe()
    assert bench.is_open() == (USELESS.get(name) != value)
    bench.knock_xe(KNOCK[::-1], OTHER)
    assert not bench.is_open(OTHER)


@dataclass(frozen=True)
class Sent:
    """A packet: how long after the one before, whose, and to which port."""

    pause_s: float
    source: str
    port: int


@st.composite
def streams(draw: st.DrawFn) -> tuple[Sent, ...]:
    """Draw packets; the next step of the knock is likelier than another port."""
    ports = (*KNOCK, *TRAPS, 9999)
    stream, step = [], 0
    for _ in range(draw(st.integers(1, 20))):
        port = draw(st.sampled_from((KNOCK[step], KNOCK[step], KNOCK[step], *ports)))
        step = (KNOCK.index(port) + 1) % len(KNOCK) if port in KNOCK else step
        pause_s = draw(st.sampled_from((1.1, 1.1, 1.1, 0.3, 2.1, 9.1, 30.1)))
        source = draw(st.sampled_from((KNOCKER, KNOCKER, KNOCKER, OTHER, "203.0.113.5")))
        stream.append(Sent(pause_s, source, port))
    return tuple(stream)


def opened_by_draft(stream: Sequence[Sent], start_s: float) -> list[str]:
    """Return for whom it opens, by iosxe-facts §1a and §8 alone.

    A source's line appears about a second after its last one. A second after a line about the
    last port, the lines of its source in that line's minute have to end in the whole knock.
    """
    heard: list[tuple[float, str, int]] = []
    now_s = start_s
    for sent in stream:
        now_s += sent.pause_s
        last_s = max((at_s for at_s, source, _ in heard if source == sent.source), default=-1.0)
        if sent.port != 9999 and round(now_s - last_s, 3) >= 0.9:
            heard.append((now_s, sent.source, sent.port))
    opened = []
    for at_s, source, port in heard:
        seen = [
            each_port for each_s, each_source, each_port in heard
            if each_source == source and int(each_s // 60) == int(at_s // 60)
            and round(each_s - at_s, 3) <= 1
        ]  # fmt: skip
        if port == KNOCK[-1] and tuple(seen[-len(KNOCK) :]) == KNOCK:
            opened.append(source)
    return opened


@cache
def shared_bench() -> XeBench:
    return XeBench()


def sent_to(bench: XeBench, stream: Sequence[Sent]) -> list[str]:
    """Send packets to a router whose buffer is empty; return for whom it opened, in order."""
    bench.router.log_buffer.clear()
    opened: list[str] = []
    stop = bench.router.log_buffer.subscribe(
        lambda line: opened.append(line.split()[-1]) if "KNOCK open" in line else None
    )
    for sent in stream:
        bench.clock.advance(sent.pause_s)
        bench.send(sent.port, sent.source)
    bench.clock.advance(5)
    stop()
    bench.clock.advance(60 * OPEN_MINUTES + 300)
    assert bench.slot() is None
    return opened


def knock(*ports: int, source: str = KNOCKER, pause_s: float = 1.1) -> tuple[Sent, ...]:
    return tuple(Sent(pause_s, source, port) for port in ports)


@settings(max_examples=N_STREAMS)
@given(stream=streams())
@example(knock(*KNOCK))
@example(knock(*KNOCK, *KNOCK, source=OTHER))
@example(knock(*KNOCK[:4], TRAPS[0], KNOCK[4], *KNOCK))
def test_the_draft_opens_for_whom_its_model_does(stream: tuple[Sent, ...]) -> None:
    bench = shared_bench()
    bench.to_second(0)
    assert sent_to(bench, stream) == opened_by_draft(stream, 0.0)


def test_the_model_opens_for_a_right_knock() -> None:
    assert opened_by_draft(knock(*KNOCK), 0.0) == [KNOCKER]
    assert opened_by_draft(knock(*KNOCK[::-1]), 0.0) == []
    assert opened_by_draft(knock(*KNOCK), 55.0) == []
