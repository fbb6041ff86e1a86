"""A page for people, in one file: from a mail attachment as from a web server."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.page.html import html
from knockdeploy.report.page.model import Page, Title


def pieces(check: FleetCheck) -> Iterator[str]:
    """Return the page of a check."""
    title = Title("check", check.run, f"{check.began:%Y-%m-%dT%H:%M:%SZ}")
    return html(Page.of(title, check.hosts, check.keys, check.past))
