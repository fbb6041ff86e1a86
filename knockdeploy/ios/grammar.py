"""Which modes IOS has, which line opens which, and which lines replace each other.

A mode is named as its prompt is. Tables, so that a new one is a line. The words of a mode decide
whether a line is understood there or falls through to the mode above, as a pasted running-config
needs it: IOS leaves a sub-mode by itself when a line belongs further out.
"""

from __future__ import annotations

import functools
import re

from knockdeploy.ios.modes import BOTH, GLOBAL, GLOBAL_ONLY, MODES, Mode
from knockdeploy.ios.sections import CLOSING
from knockdeploy.ios.tree import Path

_SAME = {
    "config-subif": "config-if",
    "config-cp-host": "config-cp",
    "config-cp-transit": "config-cp",
    "config-cp-cef": "config-cp",
}
_ANY_SECTION = Mode()
_LASTING = ("interface ", "control-plane")
_ITSELF = ""


def is_lasting(header: str) -> bool:
    """Tell whether a section is there on every router: nobody makes it, or takes it away."""
    return header.startswith(_LASTING)


def is_hidden_empty(header: str) -> bool:
    """Tell whether a section is not printed without a line in it: of none was seen (§7)."""
    return header.startswith("control-plane ")


def rules(mode: str) -> Mode:
    """Return the rules of a mode; a section that no table knows takes any line."""
    return MODES.get(_SAME.get(mode, mode), _ANY_SECTION)


def understood(mode: str, line: str) -> bool:
    """Tell whether ``mode`` itself takes ``line``, rather than a mode further out."""
    words = rules(mode).words
    if line == CLOSING.get(mode):
        return True
    if mode in BOTH and BOTH[mode].match(line):
        return True
    if mode != GLOBAL and GLOBAL_ONLY.match(line):
        return False
    if words is None:
        return opened(GLOBAL, line) is None or opened(mode, line) is not None
    word = line.split(maxsplit=1)[0]
    if word[0].isdigit():
        word = "<number>" if word.isdigit() else "<address>"
    return word in words or f"{line}$" in words


def mode_of(path: Path) -> str:
    """Return the mode inside the sections of ``path``, as the prompt names it."""
    mode = GLOBAL
    for header in path:
        mode = opened(mode, header) or f"{mode}-sub"
    return mode


@functools.lru_cache(maxsize=16384)
def opened(mode: str, line: str) -> str | None:
    """Return the mode that ``line`` enters when typed in ``mode``, or None."""
    rows = _known(mode, _first_word(line))
    return next((name for pattern, name in rows if name and _compiled(pattern).match(line)), None)


@functools.lru_cache(maxsize=4096)
def _known(mode: str, word: str) -> tuple[tuple[str, str | None], ...]:
    """Return the patterns of ``mode`` that a line with this first word may match.

    With the mode that each enters, None for a line that enters none.
    """
    known = rules(mode)
    rows = (*known.opens, *((pattern, None) for pattern in known.single))
    return tuple(row for row in rows if word.startswith(_literal(row[0])))


def _first_word(line: str) -> str:
    return line.split(maxsplit=1)[0] if line else ""


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern + r"(?:\s|$)")


def _literal(pattern: str) -> str:
    """Return the word that a pattern begins with, "" where it begins with anything else."""
    found = re.match(r"[\w-]*", pattern)
    return found[0] if found else ""


@functools.lru_cache(maxsize=65536)  # every line is asked about once for each line typed
def key(mode: str, line: str) -> tuple[object, ...]:
    """Return what identifies ``line`` in ``mode``: lines with equal keys replace each other."""
    for pattern, _ in _known(mode, _first_word(line)):
        if match := _compiled(pattern).match(line):
            return (pattern, *match.groups())
    return (_ITSELF, line)


def is_itself(key: tuple[object, ...]) -> bool:
    """Tell whether a key is that of one line alone."""
    return key[0] == _ITSELF
