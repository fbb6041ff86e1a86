"""Nornir's words for the platforms that can have a knock."""

from __future__ import annotations

from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent.faults import quoted

CLASSIC_IOS: Final = ("ios", "cisco_ios")
IOS_XE: Final = ("cisco_xe", "iosxe")
SUPPORTED: Final = (*CLASSIC_IOS, *IOS_XE)


def unsupported_platform(platform: str | None) -> UnsupportedError:
    """Return what to say of a host of any other platform."""
    given = (
        f"platform {quoted(platform)} is not classic IOS or IOS-XE"
        if platform
        else "no platform is given"
    )
    return UnsupportedError(given, f"platform: one of {', '.join(SUPPORTED)}")
