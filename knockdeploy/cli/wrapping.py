"""Long lines at a terminal: broken between words, not where the screen ends.

A command stays whole, however long: broken in two it could not be pasted.
"""

from __future__ import annotations

import os
import re
import textwrap
from typing import Final, TextIO

_CONTINUED: Final = 4
"""Spaces before what continues a line, behind those that the line itself begins with."""
_NARROWEST: Final = 40
"""Columns; in fewer a terminal does as well."""
_COMMAND: Final = re.compile(
    r"`[^`]+`"
    r"|(?:(?:^(?:\d\. |\$ )?|(?<=: )|(?<=\()|(?<=see ))(?:knockdeploy|ssh(?= -)|cd|systemctl) "
    r"|(?<=by hand: ))"
    r"""(?:'[^']*'|"[^"]*"|[^'"()])+"""
)
"""In backticks; or where a command begins, to the next parenthesis that no shell sees as text."""
_BLANK: Final = "\ue000"
"""Stands for a blank of a command."""


def wrapped(text: str, stream: TextIO) -> str:
    """Return ``text`` as it is printed there; unchanged where it is not a terminal."""
    width = _columns(stream)
    if width < _NARROWEST or all(len(line) <= width for line in text.splitlines()):
        return text
    return "\n".join(_wrapped(line, width) for line in text.split("\n"))


def width_for(stream: TextIO, most: int) -> int:
    """Return how wide a paragraph may be there: at most so many columns."""
    width = _columns(stream)
    return min(most, width) if width >= _NARROWEST else most


def _wrapped(line: str, width: int) -> str:
    begins = line.lstrip(" ")
    indent = " " * (len(line) - len(begins))
    return textwrap.fill(
        _COMMAND.sub(_as_one_word, begins),
        width,
        initial_indent=indent,
        subsequent_indent=indent + " " * _CONTINUED,
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    ).replace(_BLANK, " ")


def _as_one_word(command: re.Match[str]) -> str:
    words = command[0].strip(" ")
    return command[0].replace(words, words.replace(" ", _BLANK))


def _columns(stream: TextIO) -> int:
    """Return how wide a terminal is; 0 where it is not a terminal."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):
        return 0
