"""The levels of log messages, which a line has by name or by number: severe ones are low."""

from __future__ import annotations

from typing import Final

LEVELS: Final = (
    "emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational",
    "debugging",
)  # fmt: skip
KNOCK: Final = LEVELS.index("informational")
"""That of a knock: %CP-6-UDP (ios-facts §1.1), %FMANFP-6-IPACCESSLOGP (iosxe-facts §1a)."""


def level_of(word: str) -> int | None:
    """Return the level that a word names, None where it names none."""
    if word in LEVELS:
        return LEVELS.index(word)
    return int(word) if word in set("01234567") else None
