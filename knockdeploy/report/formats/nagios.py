"""A line and a status for Nagios, Icinga and their like (its plugin guidelines)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.fold import few

OK, WARNING, CRITICAL, UNKNOWN = range(4)
_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


def pieces(check: FleetCheck) -> Iterable[str]:
    """Return one line with what differs first, and how many have which status."""
    counts = Counter(each.status for _, each in check.measured)
    n_measured, unmeasured = counts.total(), check.unmeasured
    parts = [
        _named(f"{counts['drifted']} not compliant", [name for name, _ in _drifted(check)]),
        _named(f"{len(unmeasured)} not measured", list(unmeasured)),
        f"{counts['compliant']} of {n_measured} measured compliant",
    ]
    data = {
        "compliant": counts["compliant"],
        "drifted": counts["drifted"],
        "unmeasured": len(unmeasured),
    }
    numbers = " ".join(f"{name}={number}" for name, number in data.items())
    return (f"KNOCK {_WORDS[status(check)]} - {', '.join(filter(None, parts))} | {numbers}\n",)


def refused(why: str) -> str:
    """Return the line of a check that could not be made at all."""
    return f"KNOCK {_WORDS[UNKNOWN]} - {' '.join(why.split())}"


def status(check: FleetCheck) -> int:
    """Return what the plugin exits with: drift that is known outranks what is not known."""
    severities = {found.severity for _, each in _drifted(check) for found in each.findings}
    if "error" in severities:
        return CRITICAL
    if check.unmeasured:
        return UNKNOWN
    return WARNING if "warning" in severities else OK


def _drifted(check: FleetCheck) -> Iterator[tuple[str, CheckOutcome]]:
    return (each for each in check.measured if each[1].status == "drifted")


def _named(what: str, names: list[str]) -> str:
    """Return what is said of these hosts, with at most ten of their names."""
    return f"{what} ({few(names)})" if names else ""
