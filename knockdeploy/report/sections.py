"""A diff by sections: what comes or goes as a whole is said in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_SHORT: Final = 3
"""So many lines of an object tell more than their number would."""


def shortened(diff: str) -> str:
    """Return a diff with each object that comes or goes whole as its header and how many lines."""
    lines: list[str] = []
    for header, *body in sections(diff.splitlines()):
        is_whole = header[0] in "+-" and all(line[0] == header[0] for line in body)
        if is_whole and len(body) > _SHORT:
            lines.append(f"{header} ({len(body)} lines)")
        else:
            lines += (header, *body)
    return "".join(f"{line}\n" for line in lines)


def sections(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield a diff's lines by section: those with a space after the sign's own stand in one."""
    section: list[str] = []
    for line in lines:
        if section and line[2:3] != " ":
            yield section
            section = []
        section.append(line)
    if section:
        yield section
