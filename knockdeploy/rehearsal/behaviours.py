"""A door under each open behaviour alone, and under all pairs of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Final, Literal

from knockdeploy.cores import on_all_cores
from knockdeploy.intent import Intent
from knockdeploy.lab.behaviour import Behaviour, Value, table
from knockdeploy.rehearsal.rig import ImageRefusesError, Rig, lab_platform
from knockdeploy.rehearsal.scenarios import SAFETY, failing

Choice = tuple[tuple[str, Value], ...]
"""Behaviours by name that are other than the lab's default; () is that."""
DoorVerdict = Literal["works", "refused", "taken back", "opens"]
_PAIR: Final = 2
_TOLD_BY_PROOF: Final = frozenset({"no knock", "right knock", "decoys"})


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a door did under a choice of behaviours.

    ``refused`` is the line that the image does not take, the sections it stands in before it.
    ``taken back``: the proof of a deployment would fail. ``opens``: it would not, and somebody gets
    in who should not.
    """

    choice: Choice
    verdict: DoorVerdict
    failing: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def choices(platform: str | None = "ios") -> tuple[Choice, ...]:
    """Return the default, each behaviour of a platform alone, and all pairs."""
    rows = table(lab_platform(platform))
    others = [(row.name, value) for row in rows for value in row.metadata["values"][1:]]
    alone = [(each,) for each in others]
    pairs = [pair for pair in combinations(others, 2) if pair[0][0] != pair[1][0]]
    return ((), *alone, *pairs)


def rehearsed(
    intent: Intent,
    wanted: Sequence[Choice],
    templates: Path | None = None,
    platform: str | None = "ios",
) -> Iterator[Rehearsed]:
    """Yield what the door of an intent does under each choice, as many at once as there are cores.

    Raises:
        RouterError: no router of the usual behaviour can have what the intent asks for.
    """
    one = partial(rehearse, intent, templates=templates, platform=platform)
    return on_all_cores(one, wanted)


def rehearse(
    intent: Intent,
    choice: Choice,
    templates: Path | None = None,
    *,
    is_thorough: bool = True,
    platform: str | None = "ios",
) -> Rehearsed:
    """Return what the door of an intent does under one choice; a pair is tried less thoroughly.

    Raises:
        RouterError: as ``Rig.set``.
    """
    behaviour = Behaviour(**dict(choice))  # type: ignore[arg-type]  # values of the table
    try:
        rig = Rig.set(intent, behaviour, templates, platform)
    except ImageRefusesError as error:
        return Rehearsed(choice, "refused", refused=(*error.parents, error.line))
    failed = tuple(failing(rig, is_thorough=is_thorough and len(choice) < _PAIR))
    return Rehearsed(choice, _verdict(frozenset(failed)), failed)


def _verdict(failed: frozenset[str]) -> DoorVerdict:
    if failed & _TOLD_BY_PROOF:
        return "taken back"
    return "opens" if failed & SAFETY else "works"
