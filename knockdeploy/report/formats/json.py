"""The document of ``check --json``."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.report.document import without_hosts, written
from knockdeploy.report.fleet import FleetCheck


def pieces(check: FleetCheck) -> Iterator[str]:
    """Yield the document."""
    hosts = ((name, each.to_json()) for name, each in check.hosts.items())
    yield from written(without_hosts("check", check.run, check.hosts.values()), hosts)
    yield "\n"
