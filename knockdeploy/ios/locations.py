"""Where a line stands in the text of a configuration, by the parser that verifies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from knockdeploy.ios.parse import library
from knockdeploy.ios.tree import Path

_NUMBER = re.compile(r"^\d+ (?=permit|deny|dynamic|remark)")


@dataclass(frozen=True, slots=True)
class Located:
    """An object of ciscoconfparse; ``number`` counts lines from 1, ``depth`` the headers found."""

    kind: str
    number: int
    text: str
    depth: int


def located(text: str, path: Path) -> Located | None:
    """Return the object that is the line at ``path``, or the last section above it that exists."""
    lines = [line.rstrip() for line in text.split("\n")]
    parsed = library()(lines, syntax="ios", factory=False, ignore_blank_lines=False)
    candidates: Iterable[Any] = (each for each in parsed.objs if each.parent is each)
    found = None
    for depth, wanted in enumerate(map(_plain, path), start=1):
        match = next((each for each in candidates if _plain(each.text) == wanted), None)
        if match is None:
            break
        found = Located(type(match).__name__, match.linenum + 1, match.text.strip(), depth)
        candidates = match.children
    return found


def _plain(text: str) -> str:
    return _NUMBER.sub("", " ".join(text.split()))
