"""Entries of others that read like ours, and so became ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_BLANK: Final = "+"  # in no entry of ours; a blank would end the item for whoever reads by words


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that stood in the ACL before us and reads like one of ours.

    IOS takes an entry once (design §4), so it moved up and became ours; ``rank`` is how many
    foreign entries stood above it, since numbers do not survive a reload (ios-facts §11).
    """

    rank: int
    text: str

    def __str__(self) -> str:
        return f"{self.rank}:{self.text.replace(' ', _BLANK)}"

    @classmethod
    def read(cls, item: str) -> Moved | None:
        """Return what an item of the record says, None for what none of ours wrote."""
        rank, _, text = item.partition(":")
        return cls(int(rank), text.replace(_BLANK, " ")) if rank.isdigit() and text else None


def moved_back(items: Iterable[str]) -> Mapping[int, tuple[str, ...]]:
    """Return the entries of the items of a record, by how many foreign ones stood above them."""
    back: dict[int, tuple[str, ...]] = {}
    for each in map(Moved.read, items):
        if each:
            back[each.rank] = (*back.get(each.rank, ()), each.text)
    return back
