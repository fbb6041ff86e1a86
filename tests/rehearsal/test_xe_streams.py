"""Random packets at a rendered IOS-XE door, beside a model of iosxe-facts §1a and §8.

10,000 streams: `KNOCKDEPLOY_STREAMS=10000 python -m pytest tests/rehearsal/test_xe_streams.py`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.acl import Packet
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.rehearsal.stage import Stage

N_STREAMS = int(os.environ.get("KNOCKDEPLOY_STREAMS", "25"))
KNOCK = (46543, 28654, 40204, 57566, 34515)
WINDOW_S = 10
OUTER, AIM = "GigabitEthernet0/0/0", "203.0.113.1"
SOURCES = ("198.51.100.7", "198.51.100.70", "192.0.2.5")  # the first is a prefix of the second
FORMS = (
    Behaviour(),
    Behaviour(acl_log_slot=" SIP0:", acl_log_blanks=2, message_newline=False),
    Behaviour(acl_log_facility="SEC", lt="string", cli_result="echo"),
    Behaviour(ace_numbers=False, applet_threads=1, buffer_lag_ms=500),
)


@dataclass(frozen=True)
class Sent:
    """A packet, or a text in a message of another kind that reads like the line of one."""

    pause_s: float
    source: str
    port: int
    source_port: int = 0
    is_text: bool = False


@cache
def intent() -> Intent:
    return intent_from(
        {
            "ports": list(KNOCK),
            "services": ["22/tcp"],
            "interface": OUTER,
            "new_acl_entries": ["permit ip any any"],
            "window_seconds": WINDOW_S,
            "timeout_minutes": 30,
        }
    )


@cache
def stage(form: int) -> Stage:
    return Stage.set(intent(), FORMS[form], platform="cisco_xe")


@st.composite
def streams(draw: st.DrawFn) -> tuple[Sent, ...]:
    """Draw packets; the next step of the knock is likelier than another port."""
    decoys = [knock.port for knock in intent().decoy_knocks]
    ports = (*KNOCK, *decoys, 9999)
    stream, step = [], 0
    for _ in range(draw(st.integers(1, 22))):
        port = draw(st.one_of(st.just(KNOCK[step]), st.just(KNOCK[step]), st.sampled_from(ports)))
        step = (KNOCK.index(port) + 1) % len(KNOCK) if port in KNOCK else step
        stream.append(
            Sent(
                draw(st.sampled_from((1.1, 1.1, 1.1, 0.3, 2.1, 3.1, 30.1))),
                draw(st.sampled_from((SOURCES[0], SOURCES[0], *SOURCES))),
                port,
                draw(st.sampled_from((0, 0, 0, *KNOCK))),
                draw(st.sampled_from((False,) * 5 + (True,))),
            )
        )
    return tuple(stream)


def opened_by_model(stream: Sequence[Sent]) -> set[str]:
    """Return for whom it opens: a source's last lines are the whole knock, within the window.

    A flow logs once, a source's lines are about a second apart, and seconds are whole ones.
    """
    heard: dict[str, list[tuple[float, int]]] = {}
    flows, opened, now_s = set(), set(), 0.0
    for sent in stream:
        now_s += sent.pause_s
        if sent.is_text or sent.port == 9999:
            continue
        flow = (sent.source, sent.source_port, sent.port)
        if sent.source_port and flow in flows:
            continue
        flows.add(flow)
        lines = heard.setdefault(sent.source, [])
        if lines and round(now_s - lines[-1][0], 3) < 0.9:
            continue
        lines.append((now_s, sent.port))
        last = lines[-len(KNOCK) :]
        took_s = int(last[-1][0]) - int(last[0][0])
        if tuple(port for _, port in last) == KNOCK and took_s <= WINDOW_S:
            opened.add(sent.source)
    return opened


def opened_by_door(stream: Sequence[Sent], at: Stage) -> set[str]:
    at.expire()
    at.clock.advance(600)  # flows are forgotten
    at.clock.advance(-at.clock.now() % 60)
    at.router.clear_log()
    for number, sent in enumerate(stream):
        at.clock.advance(sent.pause_s)
        source_port = sent.source_port or 60000 + number
        if sent.is_text:
            text = f"list {intent().names.acl} denied udp {sent.source}(1) -> {AIM}({sent.port})"
            head = "%FMANFP-6-IPACCESSLOGP: F0/0: fman_fp_image: " if sent.source_port else ""
            at.router.log(f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {head}{text}, 1 packet")
        else:
            packet = Packet("udp", sent.source, source_port, AIM, sent.port)
            assert at.router.arrives(packet, OUTER) == (sent.port == 9999)
    at.clock.advance(20)
    return {source for source in SOURCES if at.is_open(source)}


def knock(*ports: int, source: str = SOURCES[0], pause_s: float = 1.1) -> tuple[Sent, ...]:
    return tuple(Sent(pause_s, source, port) for port in ports)


@pytest.mark.parametrize("form", range(len(FORMS)))
@settings(max_examples=N_STREAMS)
@given(stream=streams())
@example(stream=knock(*KNOCK))
@example(stream=knock(9999, pause_s=57.3) + knock(*KNOCK))  # over the end of a minute
@example(stream=knock(*KNOCK, pause_s=2.6))  # 10.4 s, ten seconds by the clock
@example(stream=knock(*KNOCK, pause_s=3.1))
@example(stream=knock(*KNOCK[::-1]))
@example(stream=knock(*KNOCK[:4], intent().decoy_knocks[0].port, KNOCK[4], *KNOCK))
@example(stream=knock(*KNOCK, *KNOCK, source=SOURCES[1]))
@example(stream=tuple(Sent(1.1, SOURCES[0], KNOCK[0], port) for port in KNOCK))
def test_the_door_opens_for_whom_its_model_does(form: int, stream: tuple[Sent, ...]) -> None:
    assert opened_by_door(stream, stage(form)) == opened_by_model(stream)


def test_the_model_opens_for_a_right_knock() -> None:
    assert opened_by_model(knock(*KNOCK)) == {SOURCES[0]}
    assert opened_by_model(knock(*KNOCK[::-1])) == set()
    assert opened_by_model(knock(*KNOCK, pause_s=3.1)) == set()
