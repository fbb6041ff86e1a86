"""The secret: which ports are knocked, in which order."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAX_PORT: Final = 65535
"""The highest port UDP and TCP have."""

MAX_PAUSE_MS: Final = 1000
"""Long enough where the control plane logs at most one line a second (ios-facts §1.2)."""


class Protocol(enum.StrEnum):
    """What a knock is sent as."""

    UDP = "udp"
    TCP = "tcp"


@dataclass(frozen=True, slots=True)
class Knock:
    """One knock. Its repr hides the port, so that no traceback or log shows it.

    Raises:
        ValueError: if the port is invalid.
    """

    port: int = field(repr=False)
    protocol: Protocol = Protocol.UDP

    def __post_init__(self) -> None:
        if not 1 <= self.port <= MAX_PORT:
            msg = f"a knock port is from 1 to {MAX_PORT}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class KnockSequence:
    """The knocks in their order."""

    knocks: tuple[Knock, ...]

    def __len__(self) -> int:
        return len(self.knocks)

    def __iter__(self) -> Iterator[Knock]:
        return iter(self.knocks)

    def reversed(self) -> KnockSequence:
        """Return the wrong knock that a proof tries: the same ports, last first."""
        return KnockSequence(self.knocks[::-1])


def pause_ms(window_s: int, n_knocks: int) -> int:
    """Return the pause between two knocks: unhurried, and all within four fifths of the window."""
    return min(MAX_PAUSE_MS, 800 * window_s // max(1, n_knocks - 1))


@dataclass(frozen=True, slots=True)
class TimedKnock:
    """A sequence, within how many seconds the router wants it, and how far apart its knocks."""

    sequence: KnockSequence
    window_s: int
    spacing_ms: int = 0

    @property
    def pause_ms(self) -> int:
        """The pause between two of its knocks, no shorter than the router's log needs."""
        return max(self.spacing_ms, pause_ms(self.window_s, len(self.sequence)))
