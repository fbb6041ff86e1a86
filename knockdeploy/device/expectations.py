"""What is known of a router before it is asked: by the settings below ``device``, by its recipe."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knockdeploy.device.transient_lines import IsPassing, nothing

SILENCE_S = 30.0  # AAA asks a server far away about every line


@dataclass(frozen=True, slots=True)
class Expectations:
    """What is known of a router beforehand."""

    silence_s: float = SILENCE_S
    """How long it may be silent within an answer."""
    harmless: tuple[re.Pattern[str], ...] = ()
    """What it says to lines that it takes, from the beginning of a line of an answer."""
    is_xe: bool = False
    """The inventory says that it runs IOS-XE."""
    is_passing: IsPassing = nothing
    """Tells lines of its configuration that come and go by themselves."""


USUAL = Expectations()
