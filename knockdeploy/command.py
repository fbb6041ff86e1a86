"""One configuration line as it is typed, and when."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Phase(enum.StrEnum):
    """When a command is sent: before anything is shut, or as the last step that shuts the door."""

    OPEN = "open"
    CLOSE = "close"


_DOES = {Phase.OPEN: "nobody is shut out", Phase.CLOSE: "the door shuts"}


def sending(number: int, *phases: Phase) -> str:
    """Return what people are told as so many commands of these phases are sent."""
    does = f" ({_DOES[phases[0]]})" if number and len(phases) == 1 else ""
    commands = (
        f"sending {number} command{'' if number == 1 else 's'}" if number else "nothing to send"
    )
    return f"{' and '.join(phases)}: {commands}{does}"


@dataclass(frozen=True, slots=True)
class Command:
    """One configuration line, typed inside the sections ``parents``."""

    line: str
    parents: tuple[str, ...] = ()
    phase: Phase = Phase.OPEN
    alone: bool = False
    """Sent by itself, its answer read before the next: entries of a bound ACL, members of a group
    in use, bindings, and every ``no``."""
    role: str = field(default="", compare=False)
    """What an entry is for."""
    momentary: bool = field(default=False, compare=False)
    """The next one takes it back or completes it: no change may end in the state between them."""
