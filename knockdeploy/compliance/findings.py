"""What differs between a router and its intent, one finding a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from knockdeploy.compliance.rules import rule_of
from knockdeploy.plan.diff import DiffLine
from knockdeploy.plan.equivalence import may_be_same
from knockdeploy.recipe.descriptions import Severity
from knockdeploy.recipe.placement import Placement

MISSING: Final = "is missing"
_FOREIGN: Final = "does not belong there"
_MISPLACED: Final = "is not in its place"
_MESSAGES: Final = {"+": MISSING, "-": _FOREIGN, "~": _MISPLACED}
PLURAL: Final = {
    MISSING: "are missing",
    _FOREIGN: "do not belong there",
    _MISPLACED: "are not in their places",
}
"""What a finding about one line says, said of several."""

_SAY_WHERE = frozenset({"exposed"})
"""Rules whose messages name the place."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the intent says, and the line of configuration it is about."""

    rule: str
    severity: Severity
    message: str
    line: str = ""
    parents: tuple[str, ...] = ()

    @property
    def lasting(self) -> Finding:
        """What stays the same from check to check, waived or not."""
        return self

    @property
    def waiver(self) -> str:
        """What the message says of the waiver; empty without one."""
        return self.message.removeprefix(self.lasting.message)

    @property
    def place(self) -> tuple[str, ...]:
        """The line and the sections it stands in, the outermost first; empty without a line."""
        return (*self.parents, *filter(None, (self.line,)))

    def __str__(self) -> str:
        where = "" if self.rule in _SAY_WHERE else " / ".join(self.place)
        return ": ".join(filter(None, (self.severity, self.rule, where, self.message)))


@dataclass(frozen=True, slots=True)
class Waived(Finding):
    """A finding under a waiver; in a document it has the same keys as any other."""

    original: Finding = field(kw_only=True)

    @property
    def lasting(self) -> Finding:
        """What it is without its waiver."""
        return self.original


def findings(
    differences: Iterable[DiffLine], at: Placement, reachable: Iterable[str] = ()
) -> Iterator[Finding]:
    """Yield a finding for each line that is missing or too much; a whole section is one.

    ``reachable`` are the services that are not shut although they should be.
    """
    services = ", ".join(dict.fromkeys(reachable))
    differences = tuple(differences)
    reprinted = dict(_reprinted(differences))
    whole: DiffLine | None = None
    for difference in differences:
        if id(difference) in reprinted:
            yield from _other_words(difference)
            continue
        if whole and _path(difference)[: len(_path(whole))] == _path(whole):
            continue
        whole = difference if difference.sign != " " else None
        if whole:
            found = _finding(difference, at)
            yield replace(found, message=_unbound(difference, at, services) or found.message)


def _reprinted(differences: Sequence[DiffLine]) -> Iterator[tuple[int, DiffLine]]:
    """Yield both sides of each line that the router may print in another form, by their ids."""
    shown = defaultdict(list)
    for each in differences:
        if each.sign == "-":
            shown[each.parents].append(each)
    for each in differences:
        for other in shown[each.parents] if each.sign == "+" else ():
            if may_be_same(each.parents, each.text, other.text):
                yield id(each), other
                yield id(other), each
                shown[each.parents].remove(other)
                break


def _other_words(difference: DiffLine) -> Iterator[Finding]:
    if difference.sign == "+":
        message = "is printed in another form, and nobody has confirmed that it means the same"
        yield Finding("reprinted", "warning", message, difference.text, difference.parents)


def _unbound(difference: DiffLine, at: Placement, services: str) -> str | None:
    """Return the message for an interface that lost the list with our entries."""
    name = "".join(difference.parents).removeprefix("interface ")
    if difference.sign != "+" or name not in at.lost:
        return None
    other = at.lost[name]
    text = f"{other} is bound in place of {at.acl}" if other else f"{at.acl} is no longer bound"
    return f"{text}: {services} are reachable from anywhere" if services else text


def _path(difference: DiffLine) -> tuple[str, ...]:
    return (*difference.parents, difference.text)


def _finding(difference: DiffLine, at: Placement) -> Finding:
    top = difference.parents[0] if difference.parents else difference.text
    row = at.table.row(top)
    rule = row.rule if row else "other"
    return Finding(
        rule=rule,
        severity=rule_of(rule).severity,
        message=_MESSAGES[difference.sign],
        line=difference.text,
        parents=difference.parents,
    )
