"""A router's text is bytes: IOS keeps what was typed, Latin-1 here and UTF-8 there, in one file.

Inside the program each byte that is not ASCII is a lone surrogate (Python's surrogateescape):
no letter, no blank, no end of a line. It goes back to a router or into a file as it came.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

RAW: Final = "knockdeploy.raw"
"""How a stream encodes what it has no character for: such a byte as itself, others escaped."""

_UNUSUAL: Final = re.compile(r"[^\n\t -~]+")
# Letters and marks by their class, and nothing to be seen.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
_LATIN, _BMP = 0xFF, 0xFFFF
_BYTES: Final = re.compile("[\udc80-\udcff]+")


def text_of(data: bytes) -> str:
    """Return bytes of a router's, or of a file with its text, as text."""
    return data.decode("ascii", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """Return the bytes that a router's text came from; text of our own is UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def readable(text: str) -> str:
    """Return a router's text for people: a run of such bytes is UTF-8 if it can be, or Latin-1."""
    return _BYTES.sub(lambda found: _letters(bytes_of(found[0])), text)


def tamed(text: str) -> str:
    """Return text without what steers a terminal or hides from the eye: as escapes.

    Controls, marks that turn the direction of writing, and what has no width.
    """
    return _UNUSUAL.sub(lambda found: "".join(map(_visible, found[0])), text)


def _visible(char: str) -> str:
    if char.isprintable() and char not in _INVISIBLE:
        return char
    code = ord(char)
    if code > _BMP:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > _LATIN else f"\\x{code:02x}"


def _letters(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _raw(error: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(error, UnicodeEncodeError) and _BYTES.match(error.object, error.start):
        return bytes_of(error.object[error.start]), error.start + 1
    return codecs.backslashreplace_errors(error)


codecs.register_error(RAW, _raw)
