"""The table: a row for each family of faults."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from benchmarks import truth
from benchmarks.arena import Document, Trial
from benchmarks.truth import Ends, Seen

HEAD: Final = (
    "| change (armed by) | what goes wrong | routers | as before | as planned "
    "| went back by itself | state not told | mismatches | s |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|"
)


@dataclass(slots=True)
class Row:
    """What became of the routers of one family; ``mismatches`` are sentences."""

    trial: Trial
    family: str
    ends: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, label: str, ends: Ends, seen: Seen, told: Document | None) -> None:
        """Count one router."""
        self.ends[truth.kind(ends, seen)] += 1
        self.ends["unknown"] += told is not None and told["state"] == "unknown"
        for what in truth.faults(ends, seen, told):
            said = told and {key: told[key] for key in told.keys() - {"diff"}}
            self.mismatches.append(f"{label}: {what}; told {json.dumps(said)}")

    @property
    def n_routers(self) -> int:
        """How many were struck."""
        return sum(self.ends.values()) - self.ends["unknown"]

    def __str__(self) -> str:
        kinds = (truth.BEFORE, truth.AFTER, "reverted", "unknown")
        numbers = (self.n_routers, *(self.ends[kind] for kind in kinds), len(self.mismatches))
        cells = (str(self.trial), self.family, *map(str, numbers), f"{self.seconds:.0f}")
        return f"| {' | '.join(cells)} |"
