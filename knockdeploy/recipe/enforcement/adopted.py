"""Entries of others that read like ours, and so became ours.

IOS takes an entry once (design §4), so such an entry moved up. The record has it with its rank: how
many foreign entries stood above it, since numbers do not survive a reload (ios-facts §11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_BLANK: Final = "+"  # in no entry of ours; a blank would end the item for whoever reads by words


def moved(rank: int, text: str) -> str:
    """Return the item of the record for an entry that becomes ours."""
    return f"{rank}:{text.replace(' ', _BLANK)}"


def moved_back(items: Iterable[str]) -> Mapping[int, tuple[str, ...]]:
    """Return the entries of such items by their ranks; what none of ours wrote is left out."""
    back: dict[int, tuple[str, ...]] = {}
    for rank, _, text in (item.partition(":") for item in items):
        if rank.isdigit() and text:
            back[int(rank)] = (*back.get(int(rank), ()), text.replace(_BLANK, " "))
    return back
