"""Lint across hosts: knocks and addresses that several share, and knocks that are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Final

from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.recipe.descriptions import Severity
from knockdeploy.sequence import KnockSequence

_PUBLISHED: Final = (
    "these ports are published in the article, on our pages or in the lab, so they are not secret;"
    " `knockdeploy ports` makes new ones"
)
_MOST_LAB_ROUTERS: Final = 250
_ELSEWHERE: Final = (
    (46543, 28654, 40204, 57566, 34515),  # the article's
    (46543, 38654, 40204, 47566, 34515),  # our pages'
    (43607, 38911, 47052, 34276, 40593),
    (33901, 48210, 39077, 45542, 36718),
    (29011, 41877, 33540, 27406, 39983),
    (7000, 8000, 9000),  # knockd's
    (1111, 2222, 3333, 4444, 5555),
)
"""Sequences that anybody can read: no secret, on whatever router."""

_NAMED: Final = 10
"""Of the hosts that share something, so many are named."""
SHARED: Final = frozenset({"knock-shared", "address-shared"})
"""Rules whose messages name all hosts they are about."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A host's intent, and where SSH goes."""

    intent: Intent
    hostname: str | None
    port: int
    way: object = None
    """What else decides which router that is, such as an ssh_config of its own."""


def fleet_quality(hosts: Mapping[str, Addressed]) -> Iterator[tuple[str, Finding]]:
    """Yield each finding with the host it is for."""
    knocks: defaultdict[object, list[str]] = defaultdict(list)
    addresses: defaultdict[object, list[str]] = defaultdict(list)
    for name, host in hosts.items():
        if is_published(host.intent.sequence) and not _is_lab(host.hostname):
            yield name, Finding("ports-published", "error", _PUBLISHED)
        knocks[host.intent.sequence].append(name)
        addresses[host.hostname, host.port, host.way].append(name)
    has = "have the same knock: whoever knows one knows all"
    yield from _shared(knocks, "knock-shared", "warning", has)
    yield from _shared(addresses, "address-shared", "error", "have the same address and port")


def _shared(
    groups: Mapping[object, list[str]], rule: str, severity: Severity, has: str
) -> Iterator[tuple[str, Finding]]:
    for names in groups.values():
        if len(names) > 1:
            n_more = len(names) - _NAMED
            shown = ", ".join(names[:_NAMED]) + (f" and {n_more} more" if n_more > 0 else "")
            message = f"{shown} ({len(names)} hosts) {has}"
            yield from ((name, Finding(rule, severity, message)) for name in names)


def is_published(sequence: KnockSequence) -> bool:
    """Tell whether these ports, in any order, stand in the article, in our pages or in the lab."""
    return frozenset(knock.port for knock in sequence) in _published_sequences()


def _is_lab(hostname: str | None) -> bool:
    """Tell whether a router is one on this machine, where nothing needs to be secret."""
    try:
        return ip_address(hostname or "").is_loopback
    except ValueError:
        return hostname == "localhost"


@cache
def _published_sequences() -> frozenset[frozenset[int]]:
    lab = (knock_ports(f"r{number}") for number in range(1, _MOST_LAB_ROUTERS + 1))
    return frozenset(map(frozenset, (*_ELSEWHERE, *lab)))
