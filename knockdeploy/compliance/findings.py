"""What differs between a router and its intent, one finding a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from knockdeploy.plan.diff import DiffLine
from knockdeploy.plan.ownership import RECORD

# Which rule a line belongs to, by the section it stands in: the first that fits.
_RULES = (
    ("object-group service", "object-group"),
    ("class-map type logging", "control-plane-logging"),
    ("policy-map type logging", "control-plane-logging"),
    ("class-map", "control-plane-policing"),
    ("policy-map", "control-plane-policing"),
    ("control-plane", "control-plane-binding"),
    ("interface", "interface-binding"),
    ("ip access-list", "access-list"),
    (RECORD, "ownership-record"),
    ("event manager environment", "environment"),
    ("event manager applet", "applet"),
    ("service sequence-numbers", "sequence-numbers"),
)
_WARNINGS = frozenset({"ownership-record"})  # the knock works without it; remove does not

_MESSAGES = {"+": "is missing", "-": "does not belong there", "~": "is not in its place"}

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the intent says, and the line of configuration it is about."""

    rule: str
    severity: Severity
    message: str
    line: str
    parents: tuple[str, ...]


def findings(differences: Iterable[DiffLine]) -> Iterator[Finding]:
    """Yield a finding for each line that is missing or too much; a whole section is one."""
    whole: DiffLine | None = None
    for difference in differences:
        if whole and _path(difference)[: len(_path(whole))] == _path(whole):
            continue
        whole = difference if difference.sign != " " else None
        if whole:
            yield _finding(difference)


def _path(difference: DiffLine) -> tuple[str, ...]:
    return (*difference.parents, difference.text)


def _finding(difference: DiffLine) -> Finding:
    top = difference.parents[0] if difference.parents else difference.text
    rule = next((rule for start, rule in _RULES if top.startswith(start)), "other")
    return Finding(
        rule=rule,
        severity="warning" if rule in _WARNINGS else "error",
        message=_MESSAGES[difference.sign],
        line=difference.text,
        parents=difference.parents,
    )
