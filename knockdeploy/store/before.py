"""A router as it was before a change, as a run keeps it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

_GZIP: Final = 16 + zlib.MAX_WBITS  # so that zcat reads it where knockdeploy is not at hand


@dataclass(frozen=True, slots=True)
class Before:
    """A router as it was read before a change.

    ``positions`` has the numbers of the entries of the lists that were asked for, in order,
    ``files`` the digests of those files of ours that were there.
    """

    running: str
    startup: str
    positions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """Return it as it is kept."""
        return zlib.compress(json.dumps(asdict(self)).encode(), level=1, wbits=_GZIP)  # 2 ms


def unpacked(packed: bytes) -> Before | None:
    """Return what was kept; None if that is damaged."""
    try:
        data = json.loads(zlib.decompress(packed, wbits=_GZIP))
        positions = {name: tuple(each) for name, each in data["positions"].items()}
        return Before(data["running"], data["startup"], positions, data.get("files", {}))
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError):
        return None
