"""A rule explained for one router: why, what to do, and where the line is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.rules import rule_of
from knockdeploy.ios.locations import located

Shown = Callable[[tuple[str, ...], str], str]
"""A line below its parents, as it may be shown."""


def explained(rule: str, found: Iterable[Finding], text: str, shown: Shown) -> Iterator[str]:
    """Yield lines about a rule and each of its findings; ``text`` is the configuration.

    ``found`` has the lines as they stand there.
    """
    known, mine = rule_of(rule), [each for each in found if each.rule == rule]
    yield f"{rule} ({known.severity}): {known.sentence}"
    yield f"  why  {known.reason}"
    yield f"  fix  {known.fix}"
    if not mine:
        yield "  nothing found"
    for each in mine:
        yield f"  found  {each.severity}: {each.message}"
        if each.place:
            yield f"    line    {' / '.join((*each.parents, shown(each.parents, each.line)))}"
            yield f"    config  {_where(each, text, shown)}"


def _where(finding: Finding, text: str, shown: Shown) -> str:
    where = located(text, finding.place)
    if where is None:
        return f"running-config has no '{finding.place[0]}'"
    parents = finding.place[: where.depth - 1]
    line = f"line {where.number}: {shown(parents, where.text)}"
    return line if where.depth == len(finding.place) else f"not there; its section is {line}"
