"""What a change of a router comes to: as planned, and as it was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from knockdeploy.command import Command, Phase
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.proof import Proof
from knockdeploy.secrets import Masker
from knockdeploy.state import State
from knockdeploy.store.planfile import Planned


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be typed, masked, and the sections it is typed in."""

    line: str
    parents: tuple[str, ...]
    phase: Literal["arm"] | Phase

    @classmethod
    def of(
        cls, commands: Iterable[Command], masker: Masker, phase: Literal["arm"] | None = None
    ) -> tuple[Line, ...]:
        """Return commands masked, in their own phases unless another is given."""
        return tuple(
            cls(masker.line(each.parents, each.line), each.parents, phase or each.phase)
            for each in commands
        )


@dataclass(frozen=True, slots=True)
class PlanOutcome(Outcome):
    """What a router needs.

    ``planned`` is what a deployment is held to, with its secrets; ``opens`` what becomes
    reachable. No document has them.
    """

    status: Literal["changed", "unchanged", "failed", "skipped"]
    diff: str = ""
    commands: tuple[Line, ...] = ()
    undo: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()
    opens: Annotated[tuple[str, ...], Field(exclude=True)] = ()
    planned: Annotated[Planned | None, Field(exclude=True)] = field(default=None, repr=False)

    @property
    def summary(self) -> str:
        """What the plan comes to, in one line; empty where there is nothing to do."""
        return self.planned.summary if self.planned else ""


@dataclass(frozen=True, slots=True)
class PlannedThen(Outcome):
    """What a saved plan changes on a router."""

    status: Literal["changed", "unchanged"]
    summary: str
    diff: Annotated[str, Field(description="What differs, knock ports masked.")]


@dataclass(frozen=True, slots=True)
class ChangeOutcome(Outcome):
    """What was changed on a router, how far that was proved, and what the router is like now."""

    done: ClassVar[str] = ""

    diff: Annotated[str, Field(description="What differs, knock ports masked.")] = ""
    warnings: tuple[str, ...] = ()
    proof: Proof | None = None
    saved: bool = False
    state: State = State.BEFORE
    seconds: Annotated[float, Field(ge=0)] = 0.0


@dataclass(frozen=True, slots=True)
class DeployOutcome(ChangeOutcome):
    """What was deployed to a router, or rolled back there."""

    done: ClassVar[str] = "deployed"

    status: Literal["deployed", "unchanged", "rolled-back", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class RestoreOutcome(ChangeOutcome):
    """What a rollback gave back to a router."""

    done: ClassVar[str] = "restored"

    status: Literal["restored", "unchanged", "rolled-back", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class RemoveOutcome(ChangeOutcome):
    """What was removed from a router."""

    done: ClassVar[str] = "removed"

    status: Literal["removed", "unchanged", "rolled-back", "failed", "skipped"]
