"""What became of one router, as a value: status, details, and the error if there was one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knockdeploy.errors import RouterError
from knockdeploy.store.planfile import Planned

# The exit status that a host's status asks for; all others are 0 (design §2).
FAILURES = frozenset({"failed", "rolled-back", "skipped", "unreached", "shut"})
DIFFERENCES = frozenset({"changed", "drifted", "misbehaved", "refused"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One router's part of a run. ``details`` are the keys beside status and error.

    ``planned`` is what a plan was made from and sends; no document shows it.
    """

    status: str
    details: Mapping[str, object] = field(default_factory=dict)
    error: RouterError | None = None
    planned: Planned | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, object]:
        """Return the host's object of a JSON document."""
        error = self.error
        return {
            "status": self.status,
            **self.details,
            "error": {"kind": error.kind, "message": error.message, "hint": error.hint}
            if error
            else None,
        }


UNMANAGED = Outcome("unmanaged")


def said(error: RouterError) -> str:
    """Return an error as people read it: its kind, what happened, what to do."""
    hint = f" ({error.hint})" if error.hint else ""
    return f"[{error.kind}] {error.message}{hint}"


def exit_status(outcomes: Mapping[str, Outcome]) -> int:
    """Return what a run with these outcomes exits with: 1 before 2 before 0."""
    statuses = {outcome.status for outcome in outcomes.values()}
    if statuses & FAILURES or any(outcome.error for outcome in outcomes.values()):
        return 1
    return 2 if statuses & DIFFERENCES else 0
