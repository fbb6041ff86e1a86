"""Banners: lines between two delimiters, whatever they look like."""

from __future__ import annotations

import re

# Running-config prints `^C` for the control character that most people's delimiter became.
_START = re.compile(
    r"banner (?:motd|login|exec|incoming|slip-ppp|prompt-timeout) (\^C|\x03|[^\s\"])"
)


def is_unfinished(text: str) -> bool:
    """Tell whether ``text`` begins a banner whose second delimiter has not come yet."""
    start = _START.match(text)
    return start is not None and start[1] not in text[start.end() :]


def continued(text: str, line: str) -> str:
    """Return an unfinished banner with one more line; what follows the delimiter is lost."""
    start = _START.match(text)
    delimiter = start[1] if start else ""
    before, found, _ = line.partition(delimiter)
    return f"{text}\n{before.rstrip() if not found else before + found}"
