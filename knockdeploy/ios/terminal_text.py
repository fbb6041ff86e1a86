"""What a terminal showed, from what was sent to it: saved sessions have a pager's remains."""

from __future__ import annotations

import re
from typing import Final

_STEERS: Final = "\b\r\x1b"
_KEY: Final = re.compile(r"\x1b\[(?P<count>\d*)(?:[;?][\d;?]*)?(?P<does>[A-Za-z])|\x1b.|[\s\S]")
# Blanks take the question away; they stand before the next line where backspaces were not saved.
_PAGER: Final = re.compile(
    r"^(?: ?--More--(?: {9}| *$)|<--- More --->(?: {14}| *$))\n?", re.MULTILINE
)


def shown(text: str) -> str:
    """Return the lines that a terminal had in the end, without a pager's questions."""
    if "\r" in text:
        text = text.replace("\r\n" if "\n" in text else "\r", "\n")
    if _steers(text):
        text = "\n".join(map(_line, text.split("\n")))
    return _PAGER.sub("", text) if "More" in text else text


def _steers(text: str) -> bool:
    """Tell whether a text moves the cursor back: three searches are faster than one by pattern."""
    return any(each in text for each in _STEERS)


def _line(sent: str) -> str:
    """Follow the cursor through one line: backspaces and returns move it, erasing blanks it."""
    if not _steers(sent):
        return sent
    cells: list[str] = []
    at = 0
    for key in _KEY.finditer(sent):
        if key["does"]:
            at = _steered(cells, at, key)
        elif key[0] == "\b":
            at = max(0, at - 1)
        elif key[0] == "\r":
            at = 0
        elif not key[0].startswith("\x1b"):
            cells[at : at + 1] = key[0]
            at += 1
    return "".join(cells).rstrip()


def _steered(cells: list[str], at: int, key: re.Match[str]) -> int:
    """Obey an escape sequence; colours and what is not known do nothing."""
    count = min(int(key["count"] or "1"), len(cells))
    if key["does"] == "K":
        del cells[at if key["count"] in {"", "0"} else 0 :]
    return max(0, at - count) if key["does"] == "D" else at
