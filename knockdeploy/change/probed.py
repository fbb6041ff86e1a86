"""What a probe of a door found."""

from __future__ import annotations

from dataclasses import dataclass

from knockdeploy.compliance.findings import Finding
from knockdeploy.report.proof import Proof


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found, and what was seen; None where the door was not tried."""

    findings: tuple[Finding, ...] = ()
    proof: Proof | None = None


NOT_PROBED = Probed()
