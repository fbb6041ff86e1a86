"""Random packets at a rendered IOS-XE door, beside a model of iosxe-facts §1a and §8.

10,000 streams: `KNOCKDEPLOY_STREAMS=10000 python -m pytest tests/rehearsal/test_xe_streams.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.match import Packet
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.rehearsal.rig import Rig

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
def intent(engine: str = "applet") -> Intent:
    return intent_from(
        {
            "engine": engine,
            "ports": list(KNOCK),
            "services": ["22/tcp"],
            "interface": OUTER,
            "new_acl_entries": ["permit ip any any"],
            "window_seconds": WINDOW_S,
            "timeout_minutes": 30,
        }
    )


@cache
def rig(form: int, engine: str = "applet") -> Rig:
    return Rig.set(intent(engine), FORMS[form], platform="cisco_xe")


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


def logged(stream: Sequence[Sent]) -> Iterator[tuple[float, str, int]]:
    """Yield when a line comes, of whose packet, and to which port.

    A flow logs once, and a source's lines are about a second apart.
    """
    last_s: dict[str, float] = {}
    flows, now_s = set(), 0.0
    for sent in stream:
        now_s += sent.pause_s
        if sent.is_text or sent.port == 9999:
            continue
        flow = (sent.source, sent.source_port, sent.port)
        if sent.source_port and flow in flows:
            continue
        flows.add(flow)
        if round(now_s - last_s.get(sent.source, -1.0), 3) >= 0.9:
            last_s[sent.source] = now_s
            yield now_s, sent.source, sent.port


def opened_by_applet(stream: Sequence[Sent]) -> set[str]:
    """Return for whom it opens: a source's last lines are the whole knock, within the window.

    Seconds are whole ones.
    """
    heard: dict[str, list[tuple[float, int]]] = {}
    opened = set()
    for at_s, source, port in logged(stream):
        lines = heard.setdefault(source, [])
        lines.append((at_s, port))
        last = lines[-len(KNOCK) :]
        took_s = int(last[-1][0]) - int(last[0][0])
        if tuple(port for _, port in last) == KNOCK and took_s <= WINDOW_S:
            opened.add(source)
    return opened


def opened_by_policy(stream: Sequence[Sent]) -> set[str]:
    """Return for whom it opens: all steps of a source in turn, within the window, used once.

    A step again is none, one out of turn ends the attempt; a decoy spoils what its source sent
    before it, and what it sends for a window.
    """
    heard: dict[str, list[tuple[float, int]]] = {}
    opened = set()
    for now_s, source, port in logged(stream):
        lines = heard.setdefault(source, [])
        lines.append((now_s, port))
        decoyed = [at_s for at_s, each in lines if each not in KNOCK]
        taken = 0
        for at_s, each in lines:
            is_spoilt = any(round(at_s - decoy_s, 3) <= WINDOW_S for decoy_s in decoyed)
            if is_spoilt or round(now_s - at_s, 3) > WINDOW_S:
                continue
            step = KNOCK.index(each)
            taken = 0 if step > taken else taken + (step == taken)
        if taken == len(KNOCK):
            opened.add(source)
            lines.clear()
    return opened


def opened_by_door(stream: Sequence[Sent], at: Rig) -> set[str]:
    at.expire()
    at.clock.advance(600)  # flows are forgotten
    at.clock.advance(-at.clock.now() % 60)
    at.router.log_buffer.clear()
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


def examples(test: Callable[..., None]) -> Callable[..., None]:
    """Give a test the streams that iosxe-facts §8 names, whatever else is drawn."""
    for stream in (
        knock(*KNOCK),
        knock(9999, pause_s=57.3) + knock(*KNOCK),  # over the end of a minute
        knock(*KNOCK, pause_s=2.6),  # 10.4 s, ten seconds by the clock
        knock(*KNOCK, pause_s=3.1),
        knock(*KNOCK[::-1]),
        knock(*KNOCK[:4], intent().decoy_knocks[0].port, KNOCK[4], *KNOCK),
        knock(*KNOCK, *KNOCK, source=SOURCES[1]),
        tuple(Sent(1.1, SOURCES[0], KNOCK[0], port) for port in KNOCK),
    ):
        test = example(stream=stream)(test)
    return test


@pytest.mark.parametrize("form", range(len(FORMS)))
@settings(max_examples=N_STREAMS)
@given(stream=streams())
@examples
def test_the_door_opens_for_whom_its_model_does(form: int, stream: tuple[Sent, ...]) -> None:
    assert opened_by_door(stream, rig(form)) == opened_by_applet(stream)


@pytest.mark.usefixtures("tclsh")
@pytest.mark.parametrize("form", range(len(FORMS)))
@settings(max_examples=N_STREAMS)
@given(stream=streams())
@examples
def test_the_policys_door_does_so_too(form: int, stream: tuple[Sent, ...]) -> None:
    assert opened_by_door(stream, rig(form, "tcl")) == opened_by_policy(stream)


@pytest.mark.parametrize("opened_by", [opened_by_applet, opened_by_policy])
def test_the_models_open_for_a_right_knock(
    opened_by: Callable[[Sequence[Sent]], set[str]],
) -> None:
    assert opened_by(knock(*KNOCK)) == {SOURCES[0]}
    assert opened_by(knock(*KNOCK[::-1])) == set()
    assert opened_by(knock(*KNOCK, pause_s=3.1)) == set()
