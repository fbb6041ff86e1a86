"""How good a knock is, as far as it can be told without the router.

No message has a port: it says which knock it means, counted from 1.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from math import factorial
from typing import Final

from knockdeploy.compliance.facts import info, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.intent.port_ranges import FREE, LOWEST, PRIVATE, SPOKEN, TRACEROUTE
from knockdeploy.recipe.descriptions import Severity
from knockdeploy.sequence import MAX_PORT, Protocol

_NARROW: Final = 1024
"""Ports within so few numbers are swept in a second by anybody."""

_FEW: Final = 5
"""Ports; with fewer a sweep is a matter of minutes."""

_CLIENT_PAUSE_MS: Final = 1000  # Port Knocker's by default; Knock on Ports pauses 500 ms
_LONG_WINDOW_S: Final = 30
_SHORT_TIMEOUT_MIN, _LONG_TIMEOUT_MIN = 5, 24 * 60
_WIDE_PREFIX: Final = 16

_EXAMPLES: Final = tuple(
    map(IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))  # RFC 5737
)


def knock_quality(intent: Intent) -> Iterator[Finding]:
    """Yield what a careful colleague would say of one intent."""
    for look in (_unfit, _shape, _order, _window, _timeout, _sources, _policies, _sweep, _scan):
        yield from look(intent)


def _which(what: str, positions: Sequence[int]) -> str:
    """Return the knocks by position, with their verb: `knocks 1, 3 are`."""
    words = ", ".join(map(str, positions))
    return f"{what}s {words} are" if len(positions) > 1 else f"{what} {words} is"


def _unfit(intent: Intent) -> Iterator[Finding]:
    unfit: tuple[tuple[Severity, str, Container[int], str], ...] = (
        ("warning", "port-low", range(LOWEST), "below 1024, where every scan begins"),
        (
            "warning",
            "port-spoken",
            SPOKEN.union(TRACEROUTE),
            "on a port that routers speak themselves, or that every scan or traceroute tries: it"
            " would be dropped for them too",
        ),
        (
            "warning",
            "port-outside",
            frozenset(intent.outside_ports.values()),
            "also an outside port of a service: what forwards one may forward the other",
        ),
        (
            "info",
            "port-private",
            PRIVATE,
            "in 49152 to 65535, from where hosts take the ports of their own queries: now and then"
            " an answer to the router is dropped",
        ),
    )
    for what, knocks in (("knock", intent.ports), ("probe", intent.probe_ports)):
        for severity, rule, chosen, why in unfit:
            if found := [at for at, knock in enumerate(knocks, 1) if knock.port in chosen]:
                yield Finding(rule, severity, f"{_which(what, found)} {why}")


def _shape(intent: Intent) -> Iterator[Finding]:
    ports = [knock.port for knock in intent.sequence]
    if len({b - a for a, b in pairwise(ports)}) == 1:
        yield warning("ports-regular", "the ports follow a step")
    elif not any(port % 100 for port in ports):
        yield warning("ports-regular", "all ports are round numbers")
    if max(ports) - min(ports) < _NARROW:
        yield warning("ports-narrow", f"all ports lie within {_NARROW} numbers")


def _order(intent: Intent) -> Iterator[Finding]:
    """A repeated scan counts as one: EEM remembers the last event of each tag (ios-facts §13)."""
    ports = [knock.port for knock in intent.sequence]
    turns = [ports[at:] + ports[:at] for at in range(len(ports))]
    for walked, way in ((sorted(ports), "up"), (sorted(ports)[::-1], "down")):
        if walked in turns:
            again = "" if walked == ports else ", repeated,"
            message = f"a scan {way}{again} walks the ports in their order"
            yield warning("order-scanned", message)


def _window(intent: Intent) -> Iterator[Finding]:
    window_s, n_pauses = intent.window_seconds, len(intent.sequence) - 1
    needed_s = n_pauses * _CLIENT_PAUSE_MS / 1000
    if window_s <= needed_s:
        message = (
            f"window_seconds: {window_s} is too short for phone clients: they pause 500 to"
            f" {_CLIENT_PAUSE_MS} ms after a knock, {needed_s:.0f} s in all:"
            f" {needed_s * 1.5:.0f} leave room"
        )
        yield warning("window-short", message)
    if window_s > _LONG_WINDOW_S:
        message = f"window_seconds: {window_s} gives a slow scan time to find the order"
        yield warning("window-long", message)


def _timeout(intent: Intent) -> Iterator[Finding]:
    minutes = intent.timeout_minutes
    if minutes < _SHORT_TIMEOUT_MIN:
        message = f"timeout_minutes: {minutes} is absolute: to log in later, knock again"
        yield warning("timeout-short", message)
    if minutes > _LONG_TIMEOUT_MIN:
        message = (
            f"timeout_minutes: {minutes} keeps the door open for more than a day, for whoever has"
            " the address then"
        )
        yield warning("timeout-long", message)
    if not intent.keep_established:
        message = f"keep_established: false cuts every session {minutes} minutes after its knock"
        yield warning("sessions-cut", message)


def _sources(intent: Intent) -> Iterator[Finding]:
    sources = intent.management_sources
    if not sources:
        message = "management_sources is empty: if the knock fails, nobody gets in from outside"
        yield warning("management-none", message)
    for source in sources:
        if not source.prefixlen:
            message = f"management_sources has {source}: the door is open to everybody"
            yield warning("management-wide", message)
        elif source.prefixlen < _WIDE_PREFIX and not source.is_private:
            message = f"management_sources has {source}: {source.num_addresses:,} addresses"
            yield warning("management-wide", message)
    addresses: list[IPv4Address] = [source.network_address for source in sources]
    addresses += intent.probe_sources
    addresses += [intent.outside_address] if intent.outside_address else []
    if examples := [at for at in addresses if any(at in net for net in _EXAMPLES)]:
        message = f"{', '.join(map(str, examples))}: a documentation address, which nobody has"
        yield info("address-example", message)


def _policies(intent: Intent) -> Iterator[Finding]:
    entries = intent.new_acl_entries
    rules: tuple[tuple[bool, Severity, str, str], ...] = (
        (intent.proof == "off", "warning", "proof-off", "proof: off: no deployment tests the door"),
        (
            not intent.tcp_services,
            "info",
            "services-udp",
            "no TCP service: nothing answers a probe, so nobody can tell whether the door is open",
        ),
        (
            entries is not None and not any(entry.startswith("permit ") for entry in entries),
            "warning",
            "new-acl-shuts",
            "new_acl_entries permits nothing: all other traffic from the Internet would be dropped",
        ),
        (
            intent.access == "knock" and not intent.tcp_services,
            "warning",
            "access-shut",
            "access: knock, but no TCP service that SSH could come through",
        ),
    )
    for applies, severity, rule, message in rules:
        if applies:
            yield Finding(rule, severity, message)


def _sweep(intent: Intent) -> Iterator[Finding]:
    """Count what somebody needs who sends to every port, in ever new orders, round after round.

    The last event of each tag counts (ios-facts §13): a round has at least one chance in n!, and
    at most n of them where the image keeps what it heard before. Beside decoys all of them have to
    come after the last knock, and a round begins with nothing heard.
    """
    n_ports, window_s, n_swept = len(intent.sequence), intent.window_seconds, _n_swept(intent)
    n_decoys = len(intent.decoy_knocks)
    severity: Severity = "warning" if n_ports < _FEW else "info"
    most = factorial(n_ports + n_decoys) // factorial(n_decoys) * n_swept
    fewest = most if n_decoys else most // n_ports
    rate = n_swept // window_s
    packets = f"{most:,}" if n_decoys else f"{fewest:,} to {most:,}"
    takes = " to ".join(dict.fromkeys((_duration(fewest / rate), _duration(most / rate))))
    message = (
        f"blind sweeps of all {n_swept:,} likely ports, one every {window_s} s, open the door after"
        f" {packets} packets on average: {takes}"
    )
    yield Finding("sweep", severity, message)


def _scan(intent: Intent) -> Iterator[Finding]:
    """Count what somebody needs who looks for the ports that are silent, and tries their orders.

    Ports that nothing listens at answer with an unreachable; a knock is dropped, and so is a decoy.
    Of a knock and its decoy either may be the right one, and a wrong one costs a window.
    """
    n_ports, n_swept, n_decoys = len(intent.sequence), _n_swept(intent), len(intent.decoy_knocks)
    n_orders = 2**n_decoys * factorial(n_ports)
    takes_s = n_orders * intent.window_seconds / 2
    waits = f" (one per window: {_duration(takes_s)} on average)" if n_decoys else ""
    message = (
        f"a scan finds the silent ports with {n_swept:,} packets; trying their {n_orders:,} orders"
        f" takes {n_orders * n_ports:,} more{waits}; {_silence(intent)}"
    )
    yield info("scan", message)


def _silence(intent: Intent) -> str:
    """Return what leaves a scan nothing: a reset is no unreachable, and IOS always sends it."""
    silenced = "`no ip unreachables` on the interface makes all ports silent"
    if all(knock.protocol is Protocol.UDP for knock in intent.sequence):
        return silenced
    return "closed TCP ports always answer, with a reset: of UDP knocks " + silenced


def _n_swept(intent: Intent) -> int:
    """Return how many ports somebody who knows knockdeploy has to try to hit all knocks."""
    ports = {knock.port for knock in intent.sequence}
    if ports <= FREE:
        return len(FREE)
    return MAX_PORT + 1 - (LOWEST if min(ports) >= LOWEST else 1)


def _duration(seconds: float) -> str:
    """Return a duration in the largest unit of which there are at least two."""
    for unit, length_s in (
        ("years", 31_536_000),
        ("days", 86_400),
        ("hours", 3_600),
        ("minutes", 60),
    ):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:,.0f} {unit}"
    return f"{seconds:,.0f} s"
