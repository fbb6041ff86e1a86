"""Names of runs: each is the moment at which the run began, in UTC."""

from __future__ import annotations

import datetime
import re
from typing import Final

_NAME: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
_PARTS: Final = 0x10000
"""Of a second: the last four digits count them."""


def new_name() -> str:
    """Return a name for a run: names sort as runs began."""
    moment = datetime.datetime.now(datetime.UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{moment.microsecond * _PARTS // 1_000_000:04x}"


def is_name(text: str) -> bool:
    """Tell whether a text is the name of a run."""
    return bool(_NAME.fullmatch(text))


def moment_of(name: str) -> datetime.datetime:
    """Return when the run of this name began."""
    second = datetime.datetime.strptime(name[:-5], "%Y%m%dT%H%M%S%z")
    return second + datetime.timedelta(seconds=int(name[-4:], 16) / _PARTS)
