"""Values of many hosts, compressed until they are looked at: a plan shrinks to a tenth."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Final, TypeVar

T = TypeVar("T")
_FAST: Final = 1


def packed(value: object) -> bytes:
    """Return a value as ``Packed`` keeps it."""
    return zlib.compress(pickle.dumps(value), _FAST)


class Packed(MutableMapping[str, T]):
    """What was put in, in order; what is taken out is equal, not the same."""

    def __init__(self, values: Iterable[tuple[str, T]] = ()) -> None:
        self._packed: dict[str, bytes] = {}
        self.update(values)

    def __getitem__(self, name: str) -> T:
        value: T = pickle.loads(zlib.decompress(self._packed[name]))  # noqa: S301  # ours
        return value

    def __setitem__(self, name: str, value: T) -> None:
        self.put(name, packed(value))

    def put(self, name: str, packed: bytes) -> None:
        """Keep a value that somebody else has packed."""
        self._packed[name] = packed

    def __delitem__(self, name: str) -> None:
        del self._packed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._packed))  # others may be put in meanwhile

    def sort(self, names: Iterable[str]) -> None:
        """Put them in the order of ``names``, all of which are there."""
        self._packed = {name: self._packed[name] for name in names}

    def __len__(self) -> int:
        return len(self._packed)
