"""Findings as people read them: lines of one section of which the same is said are one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from knockdeploy.compliance.findings import MISSING, PLURAL, Finding
from knockdeploy.recipe.descriptions import RECORD

_FEW: Final = 3
"""So many lines tell more than their number would."""
_ENGINES: Final = frozenset({"applet", "policy"})
"""Rules about what judges a knock: without it, and without a record, nothing is deployed."""


def gathered(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield findings; many about one section are one, as are all of a router without a knock."""
    alike: defaultdict[tuple[object, ...], list[Finding]] = defaultdict(list)
    known = tuple(findings)
    is_bare = _is_bare(known)
    for number, each in enumerate(known):
        if is_bare and each.message == MISSING:
            alike[MISSING,].append(each)
        elif each.parents and each.lasting.message in PLURAL:
            alike[each.severity, each.rule, each.parents, each.message].append(each)
        else:
            alike[number,].append(each)
    for key, same in alike.items():
        if key == (MISSING,):
            yield f"error: not deployed: {len(same)} objects and lines are missing"
        elif len(same) > _FEW:
            yield _together(same)
        else:
            yield from map(str, same)


def _together(same: list[Finding]) -> str:
    first = same[0]
    text = f"{len(same)} lines {PLURAL[first.lasting.message]}{first.waiver}"
    return f"{first.severity}: {first.rule}: {' / '.join(first.parents)}: {text}"


def _is_bare(findings: tuple[Finding, ...]) -> bool:
    whole = {each.rule for each in findings if each.message == MISSING and not each.parents}
    return RECORD in whole and bool(whole & _ENGINES)
