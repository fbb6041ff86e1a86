"""What a router is like after a change, or after what went wrong with it."""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """What a router is like now, as far as we saw it."""

    BEFORE = "before"
    AFTER = "after"
    REVERTING = "reverting"
    UNKNOWN = "unknown"

    @property
    def told(self) -> str:
        """What people are told of it."""
        return f"router state: {self.word}"

    @property
    def word(self) -> str:
        """The same in one word, or a few."""
        return _STATES[self]


_STATES = {
    State.BEFORE: "unchanged",
    State.AFTER: "changed",
    State.REVERTING: "reverting by itself",
    State.UNKNOWN: "unknown (`plan` looks at it again)",
}
