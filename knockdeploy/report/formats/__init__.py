"""What check found, in the formats of other programs: one a file, each ``pieces(check)``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from knockdeploy.report.fleet import FleetCheck

FORMATS = ("json", "junit", "sarif", "prometheus", "nagios", "html")


def pieces_of(name: str, check: FleetCheck) -> Iterable[str]:
    """Return the text of a check in one of the formats, in pieces: a fleet's may be long.

    Only what that format needs is imported.
    """
    pieces: Iterable[str] = import_module(f"{__name__}.{name}").pieces(check)
    return pieces


def text_of(name: str, check: FleetCheck) -> str:
    """Return the whole text of a check in one of the formats."""
    return "".join(pieces_of(name, check))
