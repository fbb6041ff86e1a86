"""Whether a line in other words can mean the same: what may be accepted as a reprint at all.

Nobody knows every image, so what is printed otherwise is for an operator to judge. But a line
that does something else is never one: another kind of action, another entry by evaluation,
another name or address, another text in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knockdeploy.ios import acl
from knockdeploy.ios.applet import words_of
from knockdeploy.ios.tree import Path

_ACE: Final = re.compile(r"(?:\d+ )?(?:permit|deny|dynamic) ")
_DEFAULT: Final = re.compile(r"action \S+ exit$|description ")
"""What an image may leave out: without it an applet does the same."""
_FILLERS: Final = frozenset({"eq"})
_TURNS: Final = frozenset(
    "no not deny permit drop any or andnot bypass established cli command none never"
    " range lt gt neq type".split()
)
"""Words that turn a line into another when an image adds them."""
_LOGS: Final = frozenset({"log", "log-input"})
"""What an entry does beside letting in or not; on IOS-XE it is how a knock is noticed."""
_KEYWORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_NUMBER: Final = re.compile(r"\d+(?:\.\d*)?")


def may_be_same(parents: Path, sent: str, shown: str | None) -> bool:
    """Tell whether ``shown`` below ``parents`` may be ``sent`` in other words; None: not there."""
    if shown is None:
        return bool(_DEFAULT.match(sent))
    if parents and acl.is_extended(parents[0]) and _ACE.match(sent):
        return _is_same_entry(sent, shown)
    before, after = words_of(sent), words_of(shown)
    n_fixed = 3 if before[:1] == ("action",) else 1  # its label sorts it, its kind is what it does
    if before[:n_fixed] != after[:n_fixed]:
        return False
    if before[:1] == ("correlate",) and not {"or", "andnot"} & {*before, *after}:
        return sorted(before) == sorted(after)  # all of them, in whatever order
    return _only_adds(tuple(_meant(before)), tuple(_meant(after)))


def _is_same_entry(sent: str, shown: str) -> bool:
    one, other = (replace(acl.ace_of(text, ()), text="", number=None) for text in (sent, shown))
    if one.exact and not other.exact:  # a keyword nobody knows, in place of a number perhaps
        words, others = sent.split(), shown.split()
        return len(words) == len(others) and all(
            word == twin or (word.isdigit() and _KEYWORD.fullmatch(twin) is not None)
            for word, twin in zip(words, others, strict=True)
        )
    kept = [
        [word for word in text.split() if word in _LOGS or not word.islower()]
        for text in (sent, shown)
    ]
    return one == other and kept[0] == kept[1]


def _meant(words: Sequence[str]) -> Iterator[str]:
    """Yield the words that count, each number as its value."""
    for word in words:
        if _NUMBER.fullmatch(word):
            yield f"{float(word):g}"
        elif word not in _FILLERS:
            yield word


def _only_adds(before: Sequence[str], after: Sequence[str]) -> bool:
    """Tell whether ``after`` has all of ``before`` in order, and beside it keywords alone."""
    rest = list(before)
    for word in after:
        if rest and word == rest[0]:
            rest.pop(0)
        elif word in _TURNS or not (_KEYWORD.fullmatch(word) or _NUMBER.fullmatch(word)):
            return False
    return not rest
