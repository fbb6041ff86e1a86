"""What the operator says of a run, beyond which routers it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """What a change may do, and how it is proved."""

    confirm_minutes: int | None = None
    """None: as the settings say."""
    reverts: bool = True
    proves: bool = True
    proof_from: str | None = None
    """USER@HOST that knocks for the proof; None: this machine."""
    probes: bool = False
    """A check knocks, too."""
    allows_opening: bool = False
    saves_all: bool = False
    accepts_reprints: bool = False


USUAL: Final = ChangeOptions()
