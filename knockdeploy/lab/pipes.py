"""What stands behind ``|``: include, exclude, begin, section."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Final

# What an underscore stands for in the CLI guide: a delimiter, or an end of the line.
_DELIMITER: Final = r"(?:^|$|[,{}() ])"
_UNDERSCORE: Final = re.compile(r"\\.|\[\^?\]?[^\]]*\]|_")


def filtered(text: str, pipe: str, *, underscore: str) -> str:
    """Return what ``| include X`` and its like leave of an output.

    ``underscore`` is what `_` stands for in X: itself ("literal"), or a "delimiter".
    """
    word, _, pattern = pipe.strip().partition(" ")
    if not word:
        return text
    lines = text.splitlines(keepends=True)
    kinds: dict[str, Callable[[list[str], re.Pattern[str]], list[str]]] = {
        "include": lambda lines, wanted: [line for line in lines if wanted.search(line)],
        "exclude": lambda lines, wanted: [line for line in lines if not wanted.search(line)],
        "begin": lambda lines, wanted: list(
            itertools.dropwhile(lambda line: not wanted.search(line), lines)
        ),
        "section": _section,
    }
    found = [keep for kind, keep in kinds.items() if kind.startswith(word)]
    try:
        pattern = pattern.strip()
        if underscore == "delimiter":
            pattern = _UNDERSCORE.sub(lambda m: _DELIMITER if m[0] == "_" else m[0], pattern)
        wanted = re.compile(pattern)
    except re.error:
        return "% Failed to compile regular expression\n"  # wording unknown
    return "".join(found[0](lines, wanted)) if found else text


def _section(lines: list[str], wanted: re.Pattern[str]) -> list[str]:
    kept: list[str] = []
    inside = False
    for line in lines:
        inside = bool(wanted.search(line)) or (inside and line.startswith(" "))
        if inside:
            kept.append(line)
    return kept
