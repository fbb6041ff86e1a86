"""Waivers: findings that do not fail a check until an agreed date; they stay in the list."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from knockdeploy.compliance.findings import Finding, Waived
from knockdeploy.compliance.rules import RULES
from knockdeploy.intent.faults import nearest
from knockdeploy.intent.waivers import Waiver


def today() -> datetime.date:
    """Return the day that waivers are judged by: the same wherever a check is made."""
    return datetime.datetime.now(datetime.UTC).date()


def waived(
    found: Iterable[Finding], waivers: Iterable[Waiver], day: datetime.date
) -> Iterator[Finding]:
    """Yield the findings, waived ones as information; then waivers that expired or name no rule."""
    valid = {each.rule: each for each in waivers if day <= each.until}
    for finding in found:
        waiver = valid.get(finding.rule)
        yield _excused(finding, waiver) if waiver and finding.severity != "info" else finding
    for each in waivers:
        if day > each.until:
            message = f"the waiver of {each.rule} expired on {each.until}: {each.reason}"
            yield Finding("waiver-expired", "warning", message)
    yield from unknown(waivers, {finding.rule for finding in found})


def unknown(waivers: Iterable[Waiver], found: set[str]) -> Iterator[Finding]:
    """Yield the waivers of rules that do not exist; a part of one's own brings words of its own."""
    for each in waivers:
        if each.rule not in RULES and each.rule not in found:
            near = nearest(each.rule, [*RULES])
            hint = near if near.endswith("?") else "docs/rules.md has all of them"
            message = f"unknown rule {each.rule}: {hint}"
            yield Finding("waiver-unknown", "warning", message)


def _excused(finding: Finding, waiver: Waiver) -> Finding:
    message = f"{finding.message} (waived until {waiver.until}: {waiver.reason})"
    return Waived(finding.rule, "info", message, finding.line, finding.parents, original=finding)
