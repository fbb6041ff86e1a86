"""What images do differently and no document settles: switches, read by ``apply``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one image reads configuration lines; the defaults are what the planner predicts."""

    numbered_dynamic: bool = True  # is `7 dynamic NAME ...` taken? ios-facts §11: unknown
    object_group_in_dynamic: bool = True  # ios-facts §5: the article says so, no document does
    object_group_sorted: bool = False  # are members printed sorted? unknown
    class_default: Literal["drop", "bare", "none"] = "drop"  # of a firewall: real in each form


CLASSIC = Dialect()
