"""Abbreviations in configuration mode: the first word of a line, as people type it."""

from __future__ import annotations

from knockdeploy.ios.grammar import mode_of, rules
from knockdeploy.ios.tree import Path

_EVERYWHERE = frozenset({"default", "do", "end", "exit", "no"})
_PREFIXES = ("no ", "default ")


def spelled_out(mode: Path, line: str) -> str:
    """Return ``line`` with its first word in full, where the modes around know one that fits."""
    for prefix in _PREFIXES:
        if line.startswith(prefix):
            return prefix + spelled_out(mode, line.removeprefix(prefix).lstrip())
    word, blank, rest = line.partition(" ")
    for depth in range(len(mode), -1, -1):
        known = rules(mode_of(mode[:depth])).words
        if known is None or word in known | _EVERYWHERE:
            return line
        fitting = [each for each in known | _EVERYWHERE if each.startswith(word)]
        if len(fitting) == 1:
            return fitting[0] + blank + rest
    return line
