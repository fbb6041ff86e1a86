"""What the operator says of a run, beyond which routers it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a change may do, and how it is proved.

    ``confirm_minutes`` is None where the settings say it; ``proof_from`` is who, on which machine,
    knocks for the proof instead of us. ``probes`` has a check knock, too.
    """

    confirm_minutes: int | None = None
    reverts: bool = True
    proves: bool = True
    proof_from: str | None = None
    probes: bool = False
    allows_opening: bool = False
    saves_all: bool = False
    accepts_reprints: bool = False


USUAL: Final = Options()
