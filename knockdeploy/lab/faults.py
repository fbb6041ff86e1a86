"""What goes wrong with a virtual router, and how long it takes for what goes right."""

from __future__ import annotations

import enum
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from knockdeploy.ios.refusals import INVALID

_REMEMBERED = 10_000  # lines
# They move between modes and are no configuration: they do not count as configuration lines.
_NUMBERS = "service sequence-numbers"
_MOVES = frozenset({"", "end", "exit"})
_LOCKED: Final = (
    "Configuration mode locked exclusively by user '{}' process '13' from terminal '0'. "
    "Please try later.\n"
)
_NETCONF: Final = (  # wording from memory
    "Configuration mode is locked by process '404' user 'NETCONF' from terminal '64'. "
    "Please try later.\n"
)


class Fate(enum.Enum):
    """What becomes of a line."""

    RUN = enum.auto()
    REFUSE = enum.auto()
    DENY = enum.auto()
    HANG = enum.auto()
    DROP = enum.auto()  # before the line is run
    CUT = enum.auto()  # it is run, and its answer is lost with the connection
    RELOAD = enum.auto()  # the power goes, and comes again


@dataclass(frozen=True, slots=True)
class Strike:
    """The ``nth`` line that matches ``line`` has this fate: of EXEC or configuration, any session.

    Counted are lines since the faults were set. A line of configuration that merely moves between
    modes is never struck.
    """

    fate: Fate
    line: str = ".*"
    nth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What to do to whoever talks to the router; frozen, so that any thread may set another.

    Configuration lines are counted from 1, over all sessions, since these faults were set;
    empty lines, comments, ``exit`` and ``end`` do not count. Patterns must match the whole line.
    """

    latency_s: float = 0.0
    """Before each answer."""
    building_s: float = 0.0
    """How long ``Building configuration...`` takes, by show running-config and when saving."""
    authorization_s: float = 0.0
    """AAA's own time for each line."""
    buffer_chars: int | None = None
    """Room for type-ahead; what does not fit is lost. Counts for sessions opened later."""
    refuse_line: int | None = None
    refuse: str | None = None
    refusal: str = INVALID
    """What IOS says to the configuration line ``refuse_line`` or one that matches ``refuse``."""
    drop_line: int | None = None
    """The connection goes when this configuration line arrives, before it is run."""
    hang_line: int | None = None
    hang: str | None = None
    """The router never answers this configuration line, or any line that matches ``hang``."""
    strike: Strike | None = None
    """What becomes of one line of any mode."""
    deny: str | None = None
    """AAA refuses every line, EXEC or configuration, that matches."""
    vtys_busy: bool = False
    """No VTY line is free: new sessions are reset."""
    save_busy: bool = False
    """Another session is saving (ios-facts §13)."""
    save_asks: bool = False
    """The startup configuration is another image's: saving asks before it goes."""
    locked_by: str | None = None
    """Somebody else holds the configuration lock; NETCONF is a session of that."""
    is_controlled: bool = False
    """IOS-XE in controller mode: no ``configure terminal`` (iosxe-facts §6)."""
    flash_bytes: int = 256487424
    """The size of flash."""
    flash_read_only: bool = False
    """Nothing can be written to flash, nor deleted."""
    greeting: tuple[str, ...] = ()
    """Printed before the first prompt, with a halt after each part."""
    halts_after: str = ""
    """Whatever an EXEC command prints halts after this text."""
    floods: str | None = None
    flood: str = "x" * 60 + "\n"
    """An EXEC command that matches ``floods`` prints this again and again, without an end."""
    save_fails: bool = False
    """Saving says `[OK]`, and nothing is saved."""
    monitors: bool = False
    """Sessions opened later print log messages, as if `terminal monitor` were typed."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What an EXEC command, written like this, answers: another image's version, say."""
    prints_off: bool = False
    """What is off is printed, too, though off is the default: `no service sequence-numbers`."""
    reprints: Mapping[str, str] = field(default_factory=dict)
    """Lines of a configuration that match a pattern are printed as this; "" leaves them out."""

    @property
    def lock_refusal(self) -> str:
        """What is said to who would configure, "" while nobody holds the lock (ios-facts §9)."""
        told = _NETCONF if self.locked_by == "NETCONF" else _LOCKED.format(self.locked_by)
        return told if self.locked_by else ""


class FaultBox:
    """The faults of one router, and how many configuration lines it got since they were set."""

    def __init__(self) -> None:
        self._now = (Faults(), [0, 0])  # lines of configuration, matches of the strike
        self.typed: deque[str] = deque(maxlen=_REMEMBERED)
        """What was typed, EXEC and configuration lines of all sessions."""

    @property
    def current(self) -> Faults:
        """The faults in force."""
        return self._now[0]

    @current.setter
    def current(self, faults: Faults) -> None:
        self._now = (faults, [0, 0])  # one assignment: safe from any thread

    @property
    def n_lines(self) -> int:
        """How many configuration lines arrived since the faults were set."""
        return self._now[1][0]

    def floods(self, line: str) -> bool:
        """Tell whether the answer to a line has no end."""
        return _matches(self.current.floods, line)

    def exec_fate(self, line: str) -> Fate:
        """Decide about a line typed in EXEC mode."""
        faults = self.current
        if faults.strike and _matches(faults.strike.line, line):
            self._now[1][1] += 1
            if self._now[1][1] == faults.strike.nth:
                return faults.strike.fate
        if _matches(faults.hang, line):
            return Fate.HANG
        return Fate.DENY if _matches(faults.deny, line) else Fate.RUN

    def config_fate(self, line: str) -> Fate:
        """Decide about a line typed in configuration mode, and count it."""
        if line in _MOVES or line.startswith("!"):
            return Fate.RUN
        faults, count = self._now
        count[0] += 1
        struck = {
            faults.drop_line: Fate.DROP,
            faults.hang_line: Fate.HANG,
            faults.refuse_line: Fate.REFUSE,
        }.get(count[0])
        refused = Fate.REFUSE if _matches(faults.refuse, line) else None
        return struck or refused or self.exec_fate(line)


def reprinted(faults: Faults, text: str) -> str:
    """Return the lines of a configuration as this image prints them."""
    for pattern, shown in faults.reprints.items():
        line = rf"^( *)(?:{pattern})\n"
        text = re.sub(line, rf"\g<1>{shown}\n" if shown else "", text, flags=re.MULTILINE)
    if faults.prints_off and not re.search(f"^{_NUMBERS}$", text, re.MULTILINE):
        text = re.sub(r"^service ", rf"no {_NUMBERS}\n\g<0>", text, count=1, flags=re.MULTILINE)
    return text


def _matches(pattern: str | None, line: str) -> bool:
    return pattern is not None and re.fullmatch(pattern, line) is not None
