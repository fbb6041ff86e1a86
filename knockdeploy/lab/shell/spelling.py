"""Abbreviations in configuration mode: the first word of a line, as people type it."""

from __future__ import annotations

import functools

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
    vocabularies = []
    for depth in range(len(mode), -1, -1):
        known = _vocabulary(mode_of(mode[:depth]))
        if known is None:
            return line
        vocabularies.append(known)
    # A whole word of a mode further out: `service ...` typed in control-plane is no short form of
    # service-policy, since the rest of the line does not fit that.
    if any(word in known for known in vocabularies):
        return line
    for known in vocabularies:
        fitting = [each for each in known if each.startswith(word)]
        if len(fitting) == 1:
            return fitting[0] + blank + rest
    return line


@functools.cache
def _vocabulary(mode: str) -> frozenset[str] | None:
    words = rules(mode).words
    return None if words is None else _EVERYWHERE.union(each.removesuffix("$") for each in words)
