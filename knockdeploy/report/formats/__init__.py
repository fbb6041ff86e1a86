"""What check found, in the formats of other programs: one a file, each ``text(check)``."""

from __future__ import annotations

from importlib import import_module

from knockdeploy.report.fleet import FleetCheck

FORMATS = ("json", "junit", "sarif", "prometheus", "nagios", "html")


def text_of(name: str, check: FleetCheck) -> str:
    """Return a check in one of the formats; only what that one needs is imported."""
    text: str = import_module(f"{__name__}.{name}").text(check)
    return text
