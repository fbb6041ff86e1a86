"""What IOS says to who would configure while somebody else holds the lock (ios-facts §9)."""

from __future__ import annotations

from typing import Final

_BY_NETCONF: Final = "NETCONF"


def refusal(holder: str | None) -> str:
    """Return what is said while ``holder`` has the lock, "" while nobody has."""
    if holder is None:
        return ""
    if holder == _BY_NETCONF:  # wording from memory
        return (
            "Configuration mode is locked by process '404' user 'NETCONF' from terminal '64'. "
            "Please try later.\n"
        )
    return (
        f"Configuration mode locked exclusively by user '{holder}' process '13' from "
        "terminal '0'. Please try later.\n"
    )
