"""What knocking came to: what a proof saw, and what a knock opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from knockdeploy.command import Phase
from knockdeploy.report.outcome import Outcome

PROVED: Final = {
    "door": "shut before the knock and open after it",
    "entry": "only the right knock made an entry; the door cannot be seen from here",
    "unreached": "no knock reached the router from here",
}
"""What each level of a proof means; of one that failed the error says it."""

KnockKind = Literal["none", "wrong", "right"]
KNOCKS: Final[Mapping[KnockKind, str]] = {
    "none": "no knock",
    "wrong": "wrong knock",
    "right": "right knock",
}
"""In words."""
PHASES: Final[Mapping[Phase, str]] = {
    Phase.OPEN: "nothing shut yet",
    Phase.CLOSE: "the door shut",
}
"""What each is, in words."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing a proof saw: the source of a temporary entry, or what a service answered."""

    phase: Phase
    knock: KnockKind
    entry: str | None
    service: str | None
    answer: str | None

    def __str__(self) -> str:
        if self.service:
            return f"{self.service} {self.answer}"
        return f"entry for {self.entry}" if self.entry else "no entry"


@dataclass(frozen=True, slots=True)
class Proof:
    """How much was proved, from where, and everything that was seen."""

    level: str
    source: str | None
    seen: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a router did at one kind of knock, beside what it should do."""

    name: str
    expected: str
    seen: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the door did in a virtual router under a choice of open behaviours.

    ``refused`` is the line that such an image does not take, masked.
    """

    behaviours: Mapping[str, str | int | bool]
    verdict: Literal["works", "refused", "taken back", "opens"]
    failing: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ProveOutcome(Outcome):
    """What the door of a router did."""

    status: Literal["proved", "misbehaved", "unreached", "failed", "skipped"]
    proof: Proof | None = None
    scenarios: tuple[Scenario, ...] = ()
    warnings: tuple[str, ...] = ()
    rehearsals: tuple[Rehearsal, ...] = ()


Port = Annotated[int, Field(ge=1, le=65535)]


@dataclass(frozen=True, slots=True)
class KnockOutcome(Outcome):
    """What answered after a knock, and where; None is nothing that could answer."""

    status: Literal["open", "was-open", "shut", "sent", "failed"]
    service: str | None = None
    address: str | None = None
    port: Port | None = None


@dataclass(frozen=True, slots=True)
class PrintedKnock(Outcome):
    """What would be knocked."""

    status: Literal["printed"]
    service: str | None = None
    address: str | None = None
    port: Port | None = None
    command: Annotated[str, Field(description="What would be knocked. Shows secrets.")] = ""
