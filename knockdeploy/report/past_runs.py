"""What is known of earlier runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.outcome import Outcome, adapter


@dataclass(frozen=True, slots=True)
class Noted:
    """How far a router's change had come, and when (UTC)."""

    time: str
    event: str


@dataclass(frozen=True, slots=True)
class ChangeThen(ChangeOutcome):
    """What was changed on a router in an earlier run."""

    status: Literal[
        "deployed", "removed", "restored", "unchanged", "rolled-back", "failed", "skipped"
    ]
    events: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True)
class UnmanagedThen(Outcome):
    """A host that had no intent in an earlier run."""

    status: Literal["unmanaged"]
    events: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfinished(Outcome):
    """A router whose part of an earlier run has no end on record."""

    status: Literal["unfinished"]
    seen: Annotated[str, Field(description="How far it came.")]
    events: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True)
class Backup(Outcome):
    """What a router was before a run."""

    status: Literal["kept"]
    running: str
    startup: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, and how many routers had which status in the end."""

    run: str
    command: str
    started: str
    who: str
    summary: Mapping[str, Annotated[int, Field(ge=1)]]


def recalled(ended: Mapping[str, Any], events: Iterable[Noted]) -> Outcome:
    """Return a host's object of an earlier run's document as what it was, with its events.

    Raises:
        ValueError: it is not such an object.
    """
    kind = UnmanagedThen if ended.get("status") == "unmanaged" else ChangeThen
    outcome: Outcome = adapter(kind).validate_python({**ended, "events": tuple(events)})
    return outcome
