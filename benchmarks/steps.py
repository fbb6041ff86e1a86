"""The steps of a deployment by name, in order, and by which typed line each is known.

Whoever breaks a deployment on purpose takes them from here: the first line that matches, typed
after the step before it has begun, is where a step begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "read": r"show version",
        "arm": r"archive|copy running-config flash:.*|configure terminal revert timer \d+",
        "open": r"event manager environment _knock_Owned .*",
        "prove open": r"show ip access-lists .*",
        "close": r"configure terminal",
        "prove close": r"show ip access-lists .*",
        "compare": r"show running-config",
        "confirm": r"configure confirm|show event manager policy registered",
        "save": r"write memory",
        "clear": r"clear access-template .*",
    }
)
"""Without a proof the two of them are left out, and ``close`` begins inside ``open``."""
