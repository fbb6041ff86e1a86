"""Who is at the keyboard."""

from __future__ import annotations

import getpass
import platform
from dataclasses import dataclass
from typing import Final

SSH_PORT: Final = 22


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is at the keyboard, as the router sees it; None is what it does not tell.

    ``interface`` is the one that leads back to ``source``; ``local_address`` the router's own
    address that the session was opened to.
    """

    source: str | None
    local_address: str | None = None
    interface: str | None = None
    port: int = SSH_PORT


def who() -> str:
    """Return who runs us, and where."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # no name for this number: a container's
        user = "unknown"
    return f"{user}@{platform.node()}"
