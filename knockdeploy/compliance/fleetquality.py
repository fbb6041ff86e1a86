"""What can be told of a host only beside the others: who shares its knock, or its address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from knockdeploy.compliance.findings import Finding, Severity
from knockdeploy.intent import Intent

_NAMED: Final = 3
"""Of the hosts that share something, so many are named."""


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
        knocks[host.intent.sequence].append(name)
        addresses[host.hostname, host.port].append(name)
    yield from _shared(
        knocks, "info", "knock-shared", "the same knock as {}: who knows one knows all"
    )
    yield from _shared(addresses, "warning", "address-shared", "the same address and port as {}")


def _shared(
    groups: Mapping[object, list[str]], severity: Severity, rule: str, message: str
) -> Iterator[tuple[str, Finding]]:
    for names in groups.values():
        for name in names if len(names) > 1 else ():
            others = [other for other in names[: _NAMED + 1] if other != name][:_NAMED]
            n_more = len(names) - 1 - len(others)
            told = ", ".join(others) + (f" and {n_more} more" if n_more else "")
            yield name, Finding(rule, severity, message.format(told), "", ())
