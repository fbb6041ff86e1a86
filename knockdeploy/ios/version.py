"""Which IOS a router runs, and whether that can knock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_VERSION: Final = re.compile(r"\([\w.-]+\), (?:Experimental )?Version ([^\s,]+)")
_XE: Final = re.compile(r"^Cisco IOS[ -]XE Software|IOS-XE Software|Cisco IOS Software \[", re.M)
# SE, E, EX, SG, SY, S, SP, GC and their like are those of switches and of other routers. Control
# plane logging is documented only for M and T (ios-facts §1.3); an interim build has no letters.
_TRAIN: Final = re.compile(r"\d+\.\d+\([^)]*+\)([A-Z]+)")
_ROUTERS: Final = frozenset({"M", "T"})
_MODE: Final = re.compile(
    r"^[ \t]*Router operating mode:[ \t]*(\S+)", re.M | re.I
)  # iosxe-facts §6
_FIRST_XE: Final = 16
_SAY_XE: Final = "platform: cisco_xe in the inventory: there a knock is heard by other means"
_SAY_IOS: Final = "platform: cisco_ios in the inventory"
_CLASSIC_ONLY: Final = "classic IOS 12.4(22)T to 15.x M/T only"
_XE_ONLY: Final = "IOS-XE 16 and 17 in autonomous mode only"


@dataclass(frozen=True, slots=True)
class Version:
    """What `show version` says: ``number`` as 15.4(3)M3."""

    number: str
    is_xe: bool
    is_autonomous: bool = True

    @property
    def name(self) -> str:
        """Kind and number, as people say it."""
        return f"{'IOS-XE' if self.is_xe else 'IOS'} {self.number}"

    def refused_as(self, *, is_xe: bool) -> tuple[str, str] | None:
        """Return why this version cannot knock as what it is said to be, and what to do."""
        refused = self._refusal_as_xe if is_xe else self.refusal
        if refused is None:
            return None
        if is_xe != self.is_xe and self.number:
            return refused, _SAY_IOS if is_xe else _SAY_XE
        return refused, _XE_ONLY if is_xe else _CLASSIC_ONLY

    @property
    def _refusal_as_xe(self) -> str | None:
        if self.number and not self.is_xe:
            return f"the router runs classic IOS {self.number}, and platform says IOS-XE"
        if not self.number:
            return "show version does not look like IOS-XE"
        if not self.is_autonomous:
            return "the router is in controller mode, which has no `configure terminal`"
        major = re.match(r"\d+", self.number)
        if major and int(major[0]) < _FIRST_XE:
            return f"IOS-XE {self.number} is too old: 16.1 is the first that was read about"
        return None

    @property
    def refusal(self) -> str | None:
        """Return why this version cannot knock as classic IOS, None where it can."""
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
    controlled = _MODE.search(text)
    is_autonomous = controlled is None or controlled[1].lower().startswith("autonomous")
    return Version(match[1] if match else "", bool(_XE.search(text)), is_autonomous)
