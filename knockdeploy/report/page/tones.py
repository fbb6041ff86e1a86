"""The colour of a status, one of four tones; a word always stands beside it."""

from __future__ import annotations

from typing import Final

GOOD, BAD, UNKNOWN, NONE = "good", "bad", "unknown", "none"
TONES: Final = (BAD, UNKNOWN, GOOD, NONE)
"""In the order in which they are read: what needs attention first."""

_OF_STATUS: Final = {
    **dict.fromkeys(("compliant", "deployed", "removed", "restored", "unchanged"), GOOD),
    **dict.fromkeys(("drifted", "rolled-back"), BAD),
    "unmanaged": NONE,
}


def tone(status: str) -> str:
    """Return the tone of a status; what could not be measured or done is neither good nor bad."""
    return _OF_STATUS.get(status, UNKNOWN)
