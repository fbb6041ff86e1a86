"""What the commands that only look have found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from knockdeploy.compliance.findings import Finding
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.proof import Proof

Judged = Literal["compliant", "drifted", "failed"]
"""What a check can say of a router."""


@dataclass(frozen=True, slots=True)
class LintOutcome(Outcome):
    """What there is to say of a host's intent."""

    status: Literal["ok", "warned"]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PreflightOutcome(Outcome):
    """What stands in the way of an intent on a router."""

    status: Literal["ready", "refused", "failed", "skipped"]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckOutcome(Outcome):
    """What differs between a router and its intent."""

    status: Literal["compliant", "drifted", "failed", "skipped"]
    findings: tuple[Finding, ...] = ()
    diff: Annotated[str, Field(description="What deploy would change, knock ports masked.")] = ""
    proof: Annotated[Proof | None, Field(description="What a probe saw, with --probe.")] = None


@dataclass(frozen=True, slots=True)
class StateChange(CheckOutcome):
    """A router that is not what was last told of it; ``was`` is that, None if nothing was."""

    status: Judged
    was: Judged | None = None
