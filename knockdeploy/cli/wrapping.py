"""Long lines at a terminal: broken between words, not where the screen ends."""

from __future__ import annotations

import os
import textwrap
from typing import Final, TextIO

_CONTINUED: Final = 4
"""Spaces before what continues a line, behind those that the line itself begins with."""
_NARROWEST: Final = 40
"""Columns; in fewer a terminal does as well."""


def wrapped(text: str, stream: TextIO) -> str:
    """Return ``text`` as it is printed there; unchanged where it is not a terminal."""
    width = _columns(stream)
    if width < _NARROWEST or all(len(line) <= width for line in text.splitlines()):
        return text
    return "\n".join(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return textwrap.fill(
        line,
        width,
        subsequent_indent=" " * (indent + _CONTINUED),
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _columns(stream: TextIO) -> int:
    """Return how wide a terminal is; 0 where it is not a terminal."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):
        return 0
