"""The log buffer of a router, and the levels of messages: severe ones are low."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from knockdeploy.ios.tree import Node

LEVELS: Final = (
    "emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational",
    "debugging",
)  # fmt: skip
KNOCK: Final = LEVELS.index("informational")
"""That of a knock: %CP-6-UDP (ios-facts §1.1), %FMANFP-6-IPACCESSLOGP (iosxe-facts §1a)."""

_BUFFERED: Final = re.compile(r"(no )?logging buffered\b(?: discriminator \S+)?(.*)")
_SIZE: Final = re.compile(r"\d\d+$")  # one digit is a level
_USUAL_BYTES: Final = 4096


def level_of(word: str) -> int | None:
    """Return the level that a word names, None where it names none."""
    if word in LEVELS:
        return LEVELS.index(word)
    return int(word) if word in set("01234567") else None


class Buffered(NamedTuple):
    """What a router keeps of its log: how much, and up to which level; the line says so."""

    line: str = ""
    n_bytes: int = _USUAL_BYTES
    level: str = LEVELS[-1]

    @property
    def highest(self) -> int:
        """The level as a number, -1 where nothing is kept."""
        return (level_of(self.level) or 0) if self.n_bytes else -1


def buffered(config: Node) -> Buffered:
    """Return what a configuration says of the log buffer."""
    match = next(config.matches(_BUFFERED), None)
    if match is None:
        return Buffered()
    words = match[2].split()
    n_bytes = next((int(word) for word in words if _SIZE.match(word)), _USUAL_BYTES)
    level = next((word for word in words if level_of(word) is not None), LEVELS[-1])
    return Buffered(match[0], 0 if match[1] else n_bytes, level)
