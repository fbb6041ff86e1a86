"""Lint across hosts: knocks and addresses that several share, and knocks that are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.published import is_lab, is_published
from knockdeploy.intent import Intent

_PUBLISHED: Final = (
    "these ports are published in the article, on our pages or in the lab, so they are not secret;"
    " `knockdeploy ports` makes new ones"
)
_NAMED: Final = 10
"""Of the hosts that share something, so many are named."""
SHARED: Final = frozenset({"knock-shared", "address-shared"})
"""Rules whose messages name all hosts they are about."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A host's intent, and where SSH goes."""

    intent: Intent
    hostname: str
    port: int


def fleet_quality(hosts: Mapping[str, Addressed]) -> Iterator[tuple[str, Finding]]:
    """Yield each finding with the host it is for."""
    knocks: defaultdict[object, list[str]] = defaultdict(list)
    addresses: defaultdict[object, list[str]] = defaultdict(list)
    for name, host in hosts.items():
        if is_published(host.intent.sequence) and not is_lab(host.hostname):
            yield name, Finding("ports-published", "error", _PUBLISHED, "", ())
        knocks[host.intent.sequence].append(name)
        addresses[host.hostname, host.port].append(name)
    has = "have the same knock: whoever knows one knows all"
    yield from _shared(knocks, "knock-shared", has)
    yield from _shared(addresses, "address-shared", "have the same address and port")


def _shared(
    groups: Mapping[object, list[str]], rule: str, has: str
) -> Iterator[tuple[str, Finding]]:
    for names in groups.values():
        if len(names) > 1:
            n_more = len(names) - _NAMED
            told = ", ".join(names[:_NAMED]) + (f" and {n_more} more" if n_more > 0 else "")
            message = f"{told} ({len(names)} hosts) {has}"
            yield from ((name, Finding(rule, "warning", message, "", ())) for name in names)
