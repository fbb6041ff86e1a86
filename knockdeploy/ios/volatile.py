"""Lines that change by themselves, or that running and startup print differently."""

from __future__ import annotations

import re

_VOLATILE = re.compile(
    r"ntp clock-period |"
    # startup-config names a file where running-config prints the whole certificate
    r"crypto pki certificate chain |"
    r"version "
)


def is_volatile(line: str) -> bool:
    """Tell whether a top-level line says nothing about what somebody configured."""
    return bool(_VOLATILE.match(line))
