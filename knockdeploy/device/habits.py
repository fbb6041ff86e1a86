"""What an operator knows of his routers that no fact tells: the settings below ``device``."""

from __future__ import annotations

import re
from dataclasses import dataclass

SILENCE_S = 30.0  # AAA asks a server far away about every line


@dataclass(frozen=True, slots=True)
class Habits:
    """How long routers may be silent within an answer, and what they say to lines they take.

    ``harmless`` are matched from the beginning of a line of an answer.
    """

    silence_s: float = SILENCE_S
    harmless: tuple[re.Pattern[str], ...] = ()


USUAL = Habits()
