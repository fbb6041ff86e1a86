"""Which IOS a router runs, and whether that can knock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_VERSION: Final = re.compile(r"\([\w.-]+\), (?:Experimental )?Version ([^\s,]+)")
_XE: Final = re.compile(r"^Cisco IOS[ -]XE Software|IOS-XE Software|Cisco IOS Software \[", re.M)
# SE, E, EX, SG, SY, S, SP, GC and their like are those of switches and of other routers. Control
# plane logging is documented for M and T alone (ios-facts §1.3); an interim build has no letters.
_TRAIN: Final = re.compile(r"\d+\.\d+\([^)]*+\)([A-Z]+)")
_ROUTERS: Final = frozenset({"M", "T"})


@dataclass(frozen=True, slots=True)
class Version:
    """What `show version` says: ``number`` as 15.4(3)M3."""

    number: str
    is_xe: bool

    @property
    def refusal(self) -> str | None:
        """Return why this version cannot knock, None where it can."""
        if self.is_xe:
            return f"IOS-XE {self.number} has no control-plane logging"
        if not self.number:
            return "show version does not look like classic IOS"
        if not self._is_new_enough():
            return f"IOS {self.number} is too old: 12.4(22)T is the first that has all of it"
        if (train := _TRAIN.match(self.number)) and train[1] not in _ROUTERS:
            return (
                f"IOS {self.number} is of train {train[1]}: control-plane logging is documented "
                "for M and T alone"
            )
        return None

    def _is_new_enough(self) -> bool:
        match = re.match(r"(\d+)\.(\d+)\((\d++)[^)]*+\)([A-Z]*)", self.number)
        if not match:
            return True  # nobody's number: the router itself will refuse what it cannot do
        major, minor, build = int(match[1]), int(match[2]), int(match[3])
        if (major, minor) != (12, 4):
            return major >= 15  # noqa: PLR2004
        return match[4].startswith("T") and build >= 22  # noqa: PLR2004


def version_of(text: str) -> Version:
    """Read `show version` of classic IOS and IOS-XE."""
    match = _VERSION.search(text)
    return Version(match[1] if match else "", is_xe=bool(_XE.search(text)))
