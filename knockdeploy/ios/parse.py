"""The text of a running-config as a tree; the only module that uses ciscoconfparse.

The library is handed the sections whose insides the recipe reads or edits. Everybody else's
sections are nested by indentation alone and come back byte for byte.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from knockdeploy.ios import delimited
from knockdeploy.ios.numbered import folded
from knockdeploy.ios.tree import Node


@functools.cache
def library() -> Any:  # noqa: ANN401  # ciscoconfparse has no types
    """Return the parser class of ciscoconfparse.

    A command that dials routers calls this in a thread of its own, while the processor would wait
    for the network.
    """
    from knockdeploy.ios.library import CiscoConfParse  # noqa: PLC0415

    return CiscoConfParse


# Sections with more than one level that the recipe brings or reads. There may be thousands of
# others, and the library takes a hundred times as long as their indentation.
_MANAGED = re.compile(r"(policy-map type logging |control-plane|event manager applet |archive$)")
_NUMBER = re.compile(r"\d+")
# `show running-config` begins with these (ios-facts §7); none is configuration.
_PREAMBLE = re.compile(r"(Building configuration|Current configuration|Using \d+ out of)")

# Who changed it last and when stands above: of one configuration that differs by where it is kept.
_COMMENTS = re.compile(r"(?:!.*\n)+")

# Lines that the recipe sets are off by default. An image, or whoever keeps a file, may say so all
# the same: that is no line to keep, or to type over.
_OFF = re.compile(
    r" *no (?:service sequence-numbers$|archive$|(?:object-group|ip access-list|access-list|"
    r"class-map|policy-map|class|match|drop|permit|deny|dynamic|event|trigger|correlate|action|"
    r"control-plane|service-policy|ip access-group|path)(?: |$))"
)


def parse(text: str) -> Node:
    """Return the configuration in ``text``, without comments, preamble and ``end``."""
    above = _COMMENTS.match(text)
    return _parsed(text[above.end() :] if above else text)


@functools.lru_cache(maxsize=64)  # one reading is looked at from several sides
def _parsed(text: str) -> Node:
    lines = [line.rstrip() for line in text.split("\n")]  # splitlines() also breaks at form feeds
    return Node("", folded(_section(block) for block in _blocks(lines)))


def outline(text: str) -> Node:
    """Return text of our own making as a tree: its indentation is right, no library is needed."""
    lines = [line.rstrip() for line in text.splitlines()]
    return Node("", folded(_by_indentation(block) for block in _blocks(lines)))


def _blocks(lines: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield each top-level line with the indented ones below it; a delimited text is one line."""
    block: list[str] = []
    rest = iter(lines)
    for line in rest:
        if not line.strip() or line.lstrip().startswith("!") or _OFF.match(line):
            continue
        if line.startswith(" ") and block:
            block.append(_whole_text(line, rest))
            continue
        if block:
            yield tuple(block)
        block = []
        if line == "end":
            return
        if not _PREAMBLE.match(line):
            block = [_whole_text(line, rest)]
    if block:
        yield tuple(block)


def _whole_text(line: str, rest: Iterator[str]) -> str:
    """Return a line with those of the text that it begins: they may look like configuration."""
    if (delimiter := delimited.end_after(line)) is None:
        return line
    lines = [line]
    for further in rest:
        lines.append(further)
        if delimiter in further:
            break
    return "\n".join(lines)


@functools.lru_cache(maxsize=512)  # the same sections are read several times in a deployment
def _section(block: tuple[str, ...]) -> Node:
    if len(block) > 1 and _MANAGED.match(block[0]):
        return _nested(block, _levels(_NUMBER.sub("0", "\0".join(block))))
    return _by_indentation(block)


@functools.lru_cache(maxsize=256)
def _levels(block: str) -> tuple[int, ...]:
    """Return how deep ciscoconfparse nests each line: many sections differ in numbers alone."""
    parsed = library()(block.split("\0"), syntax="ios", factory=False, ignore_blank_lines=False)
    return tuple(len(line.all_parents) for line in parsed.objs)


def _nested(block: tuple[str, ...], levels: tuple[int, ...]) -> Node:
    """Return the lines as a tree; blanks beyond the level stay in the text: it prints back."""
    above: list[list[Node]] = [[] for _ in range(max(levels) + 2)]
    for line, level in zip(reversed(block), reversed(levels), strict=True):
        children = tuple(reversed(above[level + 1]))
        above[level + 1].clear()
        above[level].append(Node(line[level:], children))
    return above[0][0]


def _by_indentation(block: tuple[str, ...]) -> Node:
    """Nest a line below the last one that is indented less; the text keeps what is not level.

    Some sections are indented by two or three blanks a level (ios-facts §7). ``quit`` belongs to
    the certificate above it, whatever the terminal made of the tab before it.
    """
    header, *below = block
    if all(line[1] != " " for line in below):  # nearly always; ` quit` is no deeper either
        return Node(header, tuple(Node(line[1:]) for line in below))
    stack: list[tuple[int, str, list[Node]]] = [(0, block[0], [])]
    for line in block[1:]:
        indent = len(line) - len(line.lstrip(" "))
        if line[indent:] == "quit" and len(stack) > 1:
            indent = stack[-1][0]
        while stack[-1][0] >= indent:
            _close(stack)
        stack.append((indent, line[len(stack) :], []))
    while len(stack) > 1:
        _close(stack)
    _, header, children = stack[0]
    return Node(header, tuple(children))


def _close(stack: list[tuple[int, str, list[Node]]]) -> None:
    _, text, children = stack.pop()
    stack[-1][2].append(Node(text, tuple(children)))
