"""What a page tells its reader to do, in order, and whether what it shows is what comes.

Fenced blocks with these words behind the fence are done, in the folder of the page's reader:

    console   `$ COMMAND`, below it what it prints; `...` for anything. `# exit status N` unless 0
    yaml      a file, if the first line is `# its/path`
    cron      a line of a crontab: its command
    sh        only shown: what `.ci/run` does, and cannot be done twice
    text      only shown

Only the standard library: the page of a newcomer is read beside an empty environment, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
TAGS: Final = {"console", "yaml", "cron", "sh", "text"}
_ANY: Final = ".*"
HOME: Final = "/home/me"
"""Where a page's reader works, as the pages show it."""

_FENCE: Final = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STATUS: Final = re.compile(r"\s+# exit status (\d+)$")
_VOLATILE: Final = (
    (re.compile(r"\b\d{8}T\d{6}Z(-[0-9a-f]{4})?"), "RUN"),
    (re.compile(r"\b\d+(\.\d+)? s\b"), "N s"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?"), "TIME"),
    (re.compile(r"\b[\w-]+@[\w-]+\b"), "WHO"),
    (re.compile(r"127\.([12]0)\.\d+\."), r"127.\1.0."),
    (re.compile(r"\s+"), ""),
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    tag: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """One thing to do: a command with what it prints, or a file to write (``path``)."""

    command: str = ""
    status: int = 0
    shown: tuple[str, ...] = ()
    path: str = ""
    text: str = ""
    line: int = 0


def blocks(text: str) -> list[Block]:
    return [
        Block(found[1].strip(), found[2], text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def steps(text: str) -> Iterator[Step]:
    """Yield what a page tells to do."""
    for block in blocks(text):
        if block.tag == "console":
            yield from _commands(block)
        elif block.tag == "cron":
            for line in block.text.splitlines():
                yield Step(line.split(maxsplit=5)[5], line=block.line)
        elif block.tag == "yaml" and (path := re.match(r"# (\S+\.yaml)\n", block.text)):
            yield Step(path=path[1], text=block.text, line=block.line)


def _commands(block: Block) -> Iterator[Step]:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        status = _STATUS.search(command)
        yield Step(
            _STATUS.sub("", command),
            int(status[1]) if status else 0,
            tuple(line for line in shown if line.strip()),
            line=block.line,
        )


def is_shown(shown: Sequence[str], printed: str, folder: Path | None = None) -> bool:
    """Tell whether a command printed what the page shows; nothing shown is anything printed."""
    printed = printed.replace(str(folder), HOME)
    if shown and shown[0] == "{":
        return _agrees(json.loads("\n".join(shown)), json.loads(document(printed)))
    wanted = _ANY.join(re.escape(_plain(part)) for part in "\n".join(shown).split("..."))
    real = "".join(_plain(line) for line in printed.splitlines())
    return not shown or re.fullmatch(wanted, real) is not None


def document(printed: str) -> str:
    """Return the document that follows what was said on stderr."""
    return "{" + f"\n{printed}".partition("\n{")[2]


def _plain(text: str) -> str:
    """Return ``text`` without what differs each time; a line may be broken anywhere."""
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return text


def _agrees(shown: object, real: object) -> bool:
    """Compare documents; `...` is any text, and any further elements of a list."""
    match shown, real:
        case "...", str():
            return True
        case dict(), dict():
            return list(shown) == list(real) and all(_agrees(shown[k], real[k]) for k in real)
        case [*first, "..."], list():
            return len(real) > len(first) and all(map(_agrees, first, real))
        case list(), list():
            return len(shown) == len(real) and all(map(_agrees, shown, real))
        case str(), str():
            return _plain(shown) == _plain(real)
    return isinstance(shown, float) or shown == real
