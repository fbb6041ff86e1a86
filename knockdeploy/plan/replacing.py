"""A line that takes the place of another of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from knockdeploy.command import Command
from knockdeploy.ios.tree import Path
from knockdeploy.recipe.placement import Placement

_GOES_FIRST = "service-policy "
Unit = tuple[Command, ...]


def replacing(there: str, line: str, path: Path, at: Placement) -> Iterator[Command]:
    """Yield what puts ``line`` where ``there`` stands; a policy has to go before another comes.

    Between those two nothing filters (ios-facts §11), so a stopgap stands meanwhile.
    """
    if not there.startswith(_GOES_FIRST):
        yield Command(line, path)
        return
    back = tuple(Command(f"no {each.line}", each.parents) for each in reversed(at.stopgap))
    unit = (*at.stopgap, Command(f"no {there}", path), Command(line, path), *back)
    yield from (replace(each, momentary=True) for each in unit[:-1])
    yield unit[-1]


def units(commands: Iterable[Command]) -> Iterator[Unit]:
    """Yield commands with those before them whose state stands for a moment alone."""
    unit: list[Command] = []
    for command in commands:
        unit.append(command)
        if not command.momentary:
            yield tuple(unit)
            unit = []
