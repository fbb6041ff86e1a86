"""--color: whether what is printed has colours; it outranks NO_COLOR and FORCE_COLOR."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TextIO


class Color(StrEnum):
    """When colours are used."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


_wanted = Color.AUTO


def want(when: Color) -> None:
    """Set when to use colours; auto, the default, changes nothing that was set before."""
    global _wanted  # noqa: PLW0603  # of this process, as its streams
    _wanted = _wanted if when is Color.AUTO else when


def reset() -> None:
    """Forget what was set: another command line begins."""
    global _wanted  # noqa: PLW0603
    _wanted = Color.AUTO


def is_colored(stream: TextIO) -> bool:
    """Tell whether colours may be written there."""
    if _wanted is not Color.AUTO:
        return _wanted is Color.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or is_screen(stream)


def is_screen(stream: TextIO) -> bool:
    """Tell whether it is a terminal that can do more than print lines."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"
