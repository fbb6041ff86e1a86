"""What check found on a fleet, as every format of it is made from."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from knockdeploy.compliance.findings import Finding
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.displayable import retold
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.store.findings import NO_PAST, Past
from knockdeploy.store.packed import Packed

Keys = Mapping[str, tuple[str, ...]]
"""What a host has of the keys by which a fleet is shown: `site`, `group`."""

MEASURED = frozenset({"compliant", "drifted"})


@dataclass(frozen=True, slots=True)
class FleetCheck:
    """The outcome of every host of one run.

    A router is compliant, drifted or not measured: a format must not take one for another.
    """

    run: str
    hosts: Mapping[str, Outcome]
    keys: Mapping[str, Keys] = field(default_factory=dict)
    past: Past = NO_PAST

    @classmethod
    def of(
        cls,
        run: str,
        outcomes: Mapping[str, Outcome],
        shown: Callable[[str], str],
        keys: Mapping[str, Keys] | None = None,
        past: Past = NO_PAST,
    ) -> FleetCheck:
        """Return a run whose every text is as ``shown`` makes it: without secrets, printable."""
        told = Packed((shown(name), retold(each, shown)) for name, each in outcomes.items())
        return cls(run, told, retold(keys or {}, shown), retold(past, shown))

    @property
    def began(self) -> datetime.datetime:
        """When the run began, as its name says."""
        return datetime.datetime.strptime(self.run.partition("-")[0], "%Y%m%dT%H%M%S%z")

    @property
    def measured(self) -> Iterator[tuple[str, CheckOutcome]]:
        """The routers of which it is known whether they are compliant, one at a time."""
        for name, each in self.hosts.items():
            if isinstance(each, CheckOutcome) and each.status in MEASURED:
                yield name, each

    @property
    def unmeasured(self) -> dict[str, Failure]:
        """The routers of which it is not, and why."""
        return {
            name: each.error or Failure("internal", each.status, "")
            for name, each in self.hosts.items()
            if each.status not in {*MEASURED, "unmanaged"}
        }

    @property
    def findings(self) -> Iterator[tuple[str, Finding]]:
        """Every finding, and whose it is."""
        for name, outcome in self.measured:
            for finding in outcome.findings:
                yield name, finding
