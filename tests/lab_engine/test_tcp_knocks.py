"""Knocks over TCP and over both protocols, and clients that repeat a SYN (ios-facts-more §D)."""

from __future__ import annotations

import re
from itertools import permutations

import pytest

from knockdeploy.ios.match import Packet
from knockdeploy.lab.behaviour import Behaviour

from .bench import CLIENT, KNOCK, OUTER, OUTSIDE, RECIPE, STRANGER, Bench

TCP, MIXED = ("tcp",) * 5, ("tcp", "udp", "tcp", "udp", "tcp")
over = pytest.mark.parametrize("protocols", [TCP, MIXED], ids=["tcp", "mixed"])


def recipe(protocols: tuple[str, ...]) -> str:
    """Return the recipe that waits for each knock over its protocol (§D, ios-facts §1.1)."""
    text = RECIPE
    for at, (port, protocol) in enumerate(zip(KNOCK, protocols, strict=True), 1):
        text = text.replace(f"udp eq {port}", f"{protocol} eq {port}")
        for line in (rf"event tag E{at} .*%CP-6-", rf"tag E{at}\n action .*%CP-6-"):
            text = re.sub(f"({line})UDP", rf"\g<1>{protocol.upper()}", text)
    return text


class Door:
    """A router that waits for such knocks, and somebody who sends them."""

    def __init__(self, protocols: tuple[str, ...], behaviour: Behaviour | None = None) -> None:
        self.bench = Bench(recipe(protocols), behaviour)
        self._protocols = dict(zip(KNOCK, protocols, strict=True))

    def send(self, port: int, source: str = CLIENT, protocol: str | None = None) -> None:
        packet = Packet(protocol or self._protocols[port], source, 50000, OUTSIDE, port)
        assert not self.bench.router.arrives(packet, OUTER)

    def knock(self, *ports: int, pause_s: float = 0.4) -> None:
        for port in ports:
            self.send(port)
            self.bench.clock.advance(pause_s)

    def timed(self, *sent: tuple[float, int]) -> None:
        """Send each knock, counted from 0, at its time."""
        now_s = 0.0
        for at_s, index in sorted(sent, key=lambda each: each[0]):
            self.bench.clock.advance(at_s - now_s)
            now_s = at_s
            self.send(KNOCK[index])
        self.bench.clock.advance(0.5)

    @property
    def is_open(self) -> bool:
        return self.bench.tcp()


@over
def test_right_knock_opens_for_its_source_alone(protocols: tuple[str, ...]) -> None:
    door = Door(protocols)
    door.knock(*KNOCK)
    assert door.is_open
    assert not door.bench.tcp(source=STRANGER)
    assert door.bench.logged("%CP-6-TCP: DROP  198.51.100.7(50000) -> 203.0.113.10(46543)")


@over
def test_all_119_wrong_orders_stay_shut(protocols: tuple[str, ...]) -> None:
    door = Door(protocols)
    for order in permutations(KNOCK):
        if order != KNOCK:
            door.knock(*order)
            assert not door.is_open, order
            door.bench.forget()


@over
def test_right_ports_over_the_other_protocol_stay_shut(protocols: tuple[str, ...]) -> None:
    door = Door(protocols)
    for at, right in enumerate(protocols):
        other = {"tcp": "udp", "udp": "tcp"}[right]
        for index, port in enumerate(KNOCK):
            packet = Packet(other if index == at else protocols[index], CLIENT, 5, OUTSIDE, port)
            door.bench.router.arrives(packet, OUTER)
            door.bench.clock.advance(0.4)
        assert not door.is_open
        door.bench.forget()


def test_session_to_a_knock_port_reaches_nothing() -> None:
    """The entry for knocks lets ACKs in as well; the control plane drops them all the same."""
    door = Door(TCP)
    for ack in (False, True):
        packet = Packet("tcp", CLIENT, 50000, OUTSIDE, KNOCK[0], ack)
        assert door.bench.router.admits(packet, OUTER)
        assert not door.bench.router.arrives(packet, OUTER)


# When each knock, counted from 0, is sent: by clients as ios-facts-more §D has them.
TWICE_AT_ONCE = [(0.4 * i + again, i) for i in range(5) for again in (0, 0.01)]  # JuiceSSH
REPEATED_BEFORE_THE_NEXT = [(1.1 * i + again, i) for i in range(5) for again in (0, 1.0)]  # Termix
HELD_AND_QUICK = [(0.2 * i + again, i) for i in range(5) for again in (0, 1, 2, 3, 4)]  # Linux
HELD_AND_SLOW = [(1.5 * i + again, i) for i in range(5) for again in (0, 1, 2, 3, 4)]


@over
@pytest.mark.parametrize("keeps", ["last", "first"])
@pytest.mark.parametrize(
    "sent",
    [TWICE_AT_ONCE, REPEATED_BEFORE_THE_NEXT, HELD_AND_QUICK],
    ids=["twice-at-once", "repeated-before-the-next", "held-and-quick"],
)
def test_repeats_before_the_next_knock_or_after_the_last_do_not_matter(
    protocols: tuple[str, ...], keeps: str, sent: list[tuple[float, int]]
) -> None:
    door = Door(protocols, Behaviour(tag_keeps=keeps))  # type: ignore[arg-type]  # a parameter
    door.timed(*sent)
    assert door.is_open
    assert len(door.bench.entries()) == 1


@pytest.mark.parametrize(("keeps", "opens"), [("last", False), ("first", True)])
def test_repeat_after_the_next_knock_hides_its_step_where_a_tag_keeps_the_last(
    keeps: str, opens: bool
) -> None:
    """ios-facts §13: EEM keeps the last event of a tag, so when it came first is lost."""
    door = Door(TCP, Behaviour(tag_keeps=keeps))  # type: ignore[arg-type]  # a parameter
    door.timed(*HELD_AND_SLOW)
    assert door.is_open is opens
