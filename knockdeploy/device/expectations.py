"""What is known of a router before it is asked: by the settings below ``device``, by its recipe."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knockdeploy.device.transient_lines import IsPassing, nothing

SILENCE_S = 30.0  # AAA asks a server far away about every line


@dataclass(frozen=True, slots=True)
class Expectations:
    """How long routers may be silent within an answer, and what they say to lines they take.

    ``harmless`` are matched from the beginning of a line of an answer. ``is_xe`` says which IOS it
    is said to run, ``is_passing`` tells lines of its configuration that come and go by themselves.
    """

    silence_s: float = SILENCE_S
    harmless: tuple[re.Pattern[str], ...] = ()
    is_xe: bool = False
    is_passing: IsPassing = nothing


USUAL = Expectations()
