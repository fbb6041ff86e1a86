"""Texts between two delimiters, whatever their lines look like: banners, messages, menus."""

from __future__ import annotations

import re
from typing import Final

# Running-config prints `^C` for the control character that most people's delimiter became. Where
# no word need stand before it, a delimiter is no letter: there are other lines that begin so.
_OPENING: Final = re.compile(
    r" *(?=[abimrv])(?:"  # most lines end here: each is looked at
    r"(?:banner (?:motd|login|exec|incoming|slip-ppp|prompt-timeout|text) "
    r"|aaa authentication (?:banner|fail-message) "
    r"|ip (?:auth-proxy|admission) auth-proxy-banner (?:http|ftp|telnet) "
    r"|menu \S+ (?:title|prompt) |(?:refuse|vacant)-message )(?P<any>\^C|\x03|\S)"
    r"|banner (?P<sign>\^C|\x03|[^\w\s])"
    r"|macro name \S+$)"
)
_END_OF_MACRO: Final = "@"


def opening(line: str) -> tuple[str, str] | None:
    """Return the part of a line that begins a text, with its delimiter; None if it begins none."""
    found = _OPENING.match(line)
    return (found[0], found["any"] or found["sign"] or _END_OF_MACRO) if found else None


def end_after(line: str) -> str | None:
    """Return the delimiter that ends, further down, the text that a line begins."""
    if (begins := opening(line)) is None:
        return None
    head, delimiter = begins
    return None if delimiter in line[len(head) :] else delimiter


def is_unfinished(text: str) -> bool:
    """Tell whether the text that begins in the first of these lines has not ended yet."""
    first, _, rest = text.partition("\n")
    delimiter = end_after(first)
    return delimiter is not None and delimiter not in rest


def continued(text: str, line: str) -> str:
    """Return an unfinished text with one more line; what follows the delimiter is lost."""
    before, found, _ = line.partition(end_after(text.partition("\n")[0]) or "\n")
    return f"{text}\n{before.rstrip() if not found else before + found}"


def is_prose(line: str) -> bool:
    """Tell whether a line is for people: the router makes nothing of the words in it."""
    return line.startswith(("description ", "remark ")) or opening(line) is not None
