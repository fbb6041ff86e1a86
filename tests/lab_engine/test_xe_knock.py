"""The draft of iosxe-facts §8 on a virtual IOS-XE router: what rests on no recipe of ours."""

from __future__ import annotations

import pytest

from knockdeploy.lab.behaviour import Behaviour, table

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

OTHER = "198.51.100.70"  # KNOCKER is a prefix of it


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


def test_a_knock_over_the_minute_does_not_open_with_this_draft(bench: XeBench) -> None:
    bench.to_second(57)
    bench.knock_xe()
    assert bench.slot() is None
    bench.to_second(10)
    bench.knock_xe()  # a retry opens
    assert bench.is_open()


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
