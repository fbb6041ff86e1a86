"""What is tried at a door, and what it took; packets that the log never shows are counted only.

Somebody who scans is told by an unreachable which ports are closed, and IOS sends two of those a
second: what a scan finds takes hours. Who sweeps needs no answers, and sends them all in a window.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.attacks.doors import OUTSIDE
from knockdeploy.intent.decoys import decoys_of
from knockdeploy.intent.port_ranges import FREE
from knockdeploy.ios.match import Packet
from knockdeploy.ios.policies import EXCEPTIONS
from knockdeploy.rehearsal.rig import Rig
from knockdeploy.sequence import Knock, Protocol

UNREACHABLES_PER_S: Final = 2
"""What IOS sends by default: one in 500 ms."""
_INTERFACE: Final = "GigabitEthernet0/0"
_MADE: Final = re.compile(r"[\d ]+ permit (?:tcp|udp|object-group \S+) host (\S+)")
"""An entry for one source: nobody has any but by a knock."""
_FORGED: Final = ("255.255.255.255", "224.0.0.5", "127.0.0.1", "0.1.2.3", OUTSIDE, "10.255.255.1")
"""Broadcast, multicast, loopback, nobody's, and the router's own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it opened for who should not get in, after how many packets, and in which time."""

    is_open: bool
    packets: int
    took_s: float

    def __str__(self) -> str:
        verb = "opens after" if self.is_open else "shut after"
        unit = "packet" if self.packets == 1 else "packets"
        return f"{verb} {self.packets:,} {unit}, {_duration(self.took_s)}"


Attack = Callable[[Rig, random.Random, int], Outcome]
"""The number is how often it is tried, where once may not do."""


def scan(rig: Rig, draw: random.Random, most: int) -> Outcome:
    """Look for ports that stay silent, and try their orders: of a knock and its twin either one."""
    us, began_s = rig.visitor(), rig.clock.now()
    if not _answers(rig):
        return Outcome(is_open=False, packets=len(FREE), took_s=len(FREE) / UNREACHABLES_PER_S)
    silent = [port for port in sorted(FREE) if _is_silent(rig, port, us)]
    rig.forget()
    n_packets = len(FREE)
    for order in _orders(silent, len(rig.intent.ports), draw, most):
        n_packets += len(order)
        _tried(rig, order, us, 0.1)
        if rig.is_open(us):
            return _ended(rig, began_s, n_packets, is_open=True)
        if rig.intent.decoys:  # one attempt a window is all that decoys leave
            rig.forget()
    return _ended(rig, began_s, n_packets, is_open=False)


def sweeps(rig: Rig, draw: random.Random, most: int) -> Outcome:
    """Send to every port in a random order, again and again, all in a window."""
    us, began_s = rig.visitor(), rig.clock.now()
    heard = _heard(rig)
    for n in range(1, most + 1):
        draw.shuffle(heard)
        times = sorted(draw.uniform(0, rig.intent.window_seconds) for _ in heard)
        start_s = rig.clock.now()
        for at_s, knock in zip(times, heard, strict=True):
            rig.clock.advance(start_s + at_s - rig.clock.now())
            rig.send(knock, us)
        rig.clock.advance(start_s + rig.intent.window_seconds - rig.clock.now())
        if rig.is_open(us):
            return _ended(rig, began_s, n * len(FREE), is_open=True)
    return _ended(rig, began_s, most * len(FREE), is_open=False)


def walks(rig: Rig, _draw: random.Random, most: int) -> Outcome:
    """Scan all ports upwards, then downwards, again and again."""
    up = sorted(_heard(rig), key=lambda knock: knock.port)
    return _in_turn(rig, itertools.cycle((up, up[::-1])), most, each=len(FREE))


def log_text(rig: Rig, _draw: random.Random, _most: int) -> Outcome:
    """Know the ports, and fail to log in by names that read like knocks of another address."""
    them = rig.visitor()
    is_xe = rig.router.edition.platform == "iosxe"
    for n, knock in enumerate(rig.intent.ports, start=1):
        to = f"{knock.protocol} {them}(1) -> {OUTSIDE}({knock.port}), 1 packet"
        text = f"{n:06}: %CP-6-{knock.protocol.upper()}: DROP  {them}(1) -> {OUTSIDE}({knock.port})"
        if is_xe:
            text = f"%FMANFP-6-IPACCESSLOGP: list {rig.intent.names.acl} denied {to}"
        rig.router.log(
            f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {text}] [Source: 198.51.100.9]"
        )
        rig.clock.advance(_spaced(rig, 1))
    rig.forget()
    return Outcome(rig.is_open(them), len(rig.intent.ports), len(rig.intent.ports))


def replay(rig: Rig, _draw: random.Random, _most: int) -> Outcome:
    """See a knock on its way, and send the same."""
    return _in_turn(rig, (rig.intent.ports,), 1)


def forged(rig: Rig, _draw: random.Random, _most: int) -> Outcome:
    """Know the knock, and send it from addresses that are nobody's or the router's."""
    knocks = rig.intent.ports
    for source in _FORGED:
        _tried(rig, knocks, source, 0.5)
        rig.forget()
    made = {match[1] for match in map(_MADE.match, rig.router.access_lists()) if match is not None}
    n_packets = len(knocks) * len(_FORGED)
    return Outcome(not made.isdisjoint(_FORGED), n_packets, n_packets / 2)


def shared(rig: Rig, draw: random.Random, most: int) -> Outcome:
    """Know the ports, and send them from two addresses in turn, in every order."""
    orders = _orders([k.port for k in rig.intent.ports], len(rig.intent.ports), draw, most)
    one, other = rig.visitor(), rig.visitor()
    n_packets, began_s = 0, rig.clock.now()
    for order in orders:
        n_packets += len(order)
        for knock, source in zip(order, itertools.cycle((one, other)), strict=False):
            _tried(rig, (knock,), source, 0.1)
        if rig.is_open(one) or rig.is_open(other):
            return _ended(rig, began_s, n_packets, is_open=True)
        rig.forget()
    return _ended(rig, began_s, n_packets, is_open=False)


def repeated(rig: Rig, draw: random.Random, most: int) -> Outcome:
    """Know the ports but not their order: each of theirs, every packet sent twice, as a SYN is."""
    knocks = tuple(rig.intent.ports)
    wrong = [each for each in itertools.permutations(knocks) if each != knocks]
    draw.shuffle(wrong)
    doubled = ([knock for knock in order for _ in range(2)] for order in wrong[:most])
    return _in_turn(rig, doubled, most, is_apart=True)


def acknowledged(rig: Rig, _draw: random.Random, _most: int) -> Outcome:
    """Send a TCP segment with ACK to a service: it passes what keeps sessions."""
    packet = Packet("tcp", rig.visitor(), 50000, OUTSIDE, 22, ack=True)
    return Outcome(rig.router.arrives(packet, _INTERFACE), 1, 0)


def past_host_path(rig: Rig, _draw: random.Random, _most: int) -> Outcome:
    """Send a SYN to a service by the paths that have not the policy of the host path."""
    us = rig.visitor()
    packets = [Packet("tcp", us, 50000, OUTSIDE, 22, path=path) for path in EXCEPTIONS]
    passed = [rig.router.arrives(packet, _INTERFACE) for packet in packets]
    return Outcome(any(passed), len(packets), 0)


def _ended(rig: Rig, began_s: float, n_packets: int, *, is_open: bool) -> Outcome:
    return Outcome(is_open, n_packets, rig.clock.now() - began_s)


def _in_turn(
    rig: Rig,
    attempts: Iterable[Sequence[Knock]],
    most: int,
    *,
    each: int | None = None,
    is_apart: bool = False,
) -> Outcome:
    us, n_packets, began_s = rig.visitor(), 0, rig.clock.now()
    for knocks in itertools.islice(attempts, most):
        n_packets += each or len(knocks)
        _tried(rig, knocks, us, rig.intent.window_seconds / len(knocks) * 0.8)
        if rig.is_open(us):
            return _ended(rig, began_s, n_packets, is_open=True)
        if is_apart:
            rig.forget()
    return _ended(rig, began_s, n_packets, is_open=False)


def _tried(rig: Rig, knocks: Iterable[Knock], source: str, pause_s: float) -> None:
    """Send knocks, and wait for what the router makes of them."""
    for knock in knocks:
        rig.send(knock, source)
        rig.clock.advance(_spaced(rig, pause_s))
    while rig.router.event_manager.pending or rig.router.event_manager.active:
        rig.clock.advance(0.5)


def _spaced(rig: Rig, pause_s: float) -> float:
    """Return a pause that is long enough for the router to log both packets."""
    return max(pause_s, rig.intent.timed_knock.spacing_ms / 1000)


def _answers(rig: Rig) -> bool:
    """Tell whether a closed port is told from one that is silent; one of TCP by its reset."""
    if rig.intent.ports[0].protocol is Protocol.TCP:
        return True
    outside = rig.router.running.child(f"interface {_INTERFACE}")
    return outside is None or outside.child("no ip unreachables") is None


def _is_silent(rig: Rig, port: int, source: str) -> bool:
    """Tell whether nothing comes back from a port: it neither answers nor is it unreachable."""
    rig.clock.advance(1 / UNREACHABLES_PER_S)
    protocol = rig.intent.ports[0].protocol
    return not rig.send(Knock(port, protocol), source)


def _orders(
    silent: Sequence[int], n_knocks: int, draw: random.Random, most: int
) -> Iterator[list[Knock]]:
    """Yield orders of silent ports, each once: one of each pair of twins, all of the others."""
    pairs = {
        frozenset((port, twin.port))
        for port in silent
        for twin in decoys_of((Knock(port),), 1)
        if twin.port in silent
    }
    single = [port for port in silent if not any(port in pair for pair in pairs)]
    choices = [*(sorted(pair) for pair in pairs), *([port] for port in single)]
    if len(choices) != n_knocks:
        msg = f"{len(choices)} ports may be knocked, and {n_knocks} are"
        raise ValueError(msg)
    orders = [
        order for chosen in itertools.product(*choices) for order in itertools.permutations(chosen)
    ]
    draw.shuffle(orders)
    return ([Knock(port) for port in order] for order in orders[:most])


def _heard(rig: Rig) -> list[Knock]:
    return [*rig.intent.ports, *rig.intent.decoy_knocks]


def _duration(seconds: float) -> str:
    for unit, length_s in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:,.1f} {unit}"
    return f"{seconds:,.0f} s"
