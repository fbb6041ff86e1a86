"""The document of ``check --json``."""

from __future__ import annotations

from knockdeploy.report.document import document, to_text
from knockdeploy.report.fleet import FleetCheck


def text(check: FleetCheck) -> str:
    """Return the document."""
    return to_text(document("check", check.run, check.hosts)) + "\n"
