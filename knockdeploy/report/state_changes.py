"""Which routers changed state since the last notification."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, get_args

from knockdeploy.report.check_outcomes import CheckOutcome, Judged, StateChange
from knockdeploy.report.outcome import Outcome


@dataclass(frozen=True, slots=True)
class HostState:
    """The state of a router: ``digest`` is that of its errors and warnings."""

    status: Judged
    digest: str


def states(outcomes: Mapping[str, Outcome]) -> dict[str, HostState]:
    """Return the state of each router that was judged, or could not be."""
    return {
        name: HostState(outcome.status, _digest(outcome))  # type: ignore[arg-type]  # looked at
        for name, outcome in outcomes.items()
        if isinstance(outcome, CheckOutcome) and outcome.status in get_args(Judged)
    }


def state_changes(
    notified: Mapping[str, HostState], outcomes: Mapping[str, Outcome]
) -> dict[str, StateChange]:
    """Return what to notify of; one that is compliant when first seen is not news."""
    return {
        name: _change(outcomes[name], notified.get(name))
        for name, state in states(outcomes).items()
        if state != notified.get(name, _GOOD)
    }


def _change(outcome: Outcome, before: HostState | None) -> StateChange:
    assert isinstance(outcome, CheckOutcome)  # noqa: S101  # as ``states`` has it
    assert outcome.status != "skipped"  # noqa: S101
    was = before.status if before else None
    what = (outcome.status, outcome.findings, outcome.diff, outcome.proof)
    return StateChange(*what, was, error=outcome.error)


def _digest(outcome: CheckOutcome) -> str:
    """Return a digest of the findings, whatever their order."""
    found = [asdict(each) for each in outcome.findings if each.severity != "info"]
    text = json.dumps(sorted(found, key=str), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


_GOOD: Final = HostState("compliant", _digest(CheckOutcome("compliant")))
