"""What names cannot tell, kept on the router itself: which shared things we brought.

`v2,part.key=value,...`. The version before wrote `v1` and words of its own, which are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

from knockdeploy.ios.tree import Node

ENVIRONMENT: Final = "event manager environment"
VARIABLE: Final = "_knock_Owned"
RECORD: Final = f"{ENVIRONMENT} {VARIABLE}"
OURS: Final = "ours"
_BLANK: Final = "+"  # in no entry of ours; a blank would end the item for whoever reads by words
_VERSION: Final = "v2"
_V1: Final = MappingProxyType(
    {
        "acl": "enforcement.acl",
        "binding": "enforcement.binding",
        "sequence": "engine.sequence",
        "policy": "trigger.policy",
        "copy": "enforcement.copy",
        "moved": "enforcement.moved",
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """What was there before us, or was not: values by `part.key`, in the order of the keys."""

    items: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, **values: str | bool | None) -> Self:
        """Return a record of values by `part_key`; True stands for what is ours."""
        record = cls()
        for key, value in values.items():
            record = record.setting(key.replace("_", ".", 1), value)
        return record

    @classmethod
    def read(cls, config: Node) -> Self | None:
        """Return the record of a configuration, or None where nothing of ours was deployed."""
        found = next(config.behind(f"{RECORD} "), None)
        if found is None:
            return None
        version, *items = found.strip().split(",")
        pairs = [item.partition("=") for item in items]
        if version != _VERSION:
            pairs = [(_V1[k], equals, value) for k, equals, value in pairs if k in _V1]
        return cls._sorted((k, value or OURS) for k, equals, value in pairs if value or not equals)

    @classmethod
    def _sorted(cls, items: Iterable[tuple[str, str]]) -> Self:
        return cls(tuple(sorted(items, key=lambda item: item[0])))

    def get(self, key: str) -> str | None:
        """Return the value of a key, None where it has none."""
        return next((value for known, value in self.items if known == key), None)

    def all(self, key: str) -> tuple[str, ...]:
        """Return every value of a key."""
        return tuple(value for known, value in self.items if known == key)

    def has(self, key: str) -> bool:
        """Tell whether a key has a value."""
        return self.get(key) is not None

    def setting(self, key: str, *values: str | bool | None) -> Self:
        """Return the record with other values of one key; True stands for what is ours."""
        kept = (item for item in self.items if item[0] != key)
        new = ((key, OURS if value is True else value) for value in values if value)
        return self._sorted((*kept, *new))

    def line(self) -> str:
        """Return the record as the line that keeps it."""
        return f"{RECORD} {','.join((_VERSION, *(f'{key}={value}' for key, value in self.items)))}"


def moved(rank: int, text: str) -> str:
    """Return the item for an entry of somebody else's that reads like one of ours, and becomes it.

    IOS takes an entry once, so it moves up. ``rank`` is how many foreign entries stood
    above it, since numbers do not survive a reload (ios-facts §11).
    """
    return f"{rank}:{text.replace(' ', _BLANK)}"


def moved_back(items: Iterable[str]) -> Mapping[int, tuple[str, ...]]:
    """Return the entries of such items by their ranks; what none of ours wrote is left out."""
    back: dict[int, tuple[str, ...]] = {}
    for rank, _, text in (item.partition(":") for item in items):
        if rank.isdigit() and text:
            back[int(rank)] = (*back.get(int(rank), ()), text.replace(_BLANK, " "))
    return back
