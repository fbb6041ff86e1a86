"""What goes wrong with one router each: the families of faults, and the cases of each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from benchmarks.arena import Clean, strike
from benchmarks.steps import STEPS
from knockdeploy.lab.faults import Fate, Faults
from knockdeploy.lab.machine import Machine


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that goes wrong, and what sees to it on the router that it befalls."""

    label: str
    prepare: Callable[[Machine], None]


def _at_line(number: int) -> Callable[[str], bool]:
    """Return what is true of the n-th line, of EXEC and configuration together."""
    count = itertools.count(1)
    return lambda _line: next(count) == number


def _at_step(name: str) -> Callable[[str], bool]:
    """Return what is true of the line with which a step of a deployment begins."""
    steps = iter(STEPS.items())
    now = [*next(steps)]

    def due(line: str) -> bool:
        if not now or not re.fullmatch(now[1], line):
            return False
        is_it = now[0] == name
        now[:] = () if is_it else next(steps)
        return is_it

    return due


def _same_as(number: int) -> Callable[[str], bool]:
    """Return what is true of the n-th line, and whenever it is typed again."""
    is_it, known = _at_line(number), set[str]()

    def due(line: str) -> bool:
        if is_it(line):
            known.add(line)
        return line in known

    return due


def _fated(fate: Fate, due: Callable[[], Callable[[str], bool]], machine: Machine) -> None:
    strike(machine, due(), lambda: fate)


def _without_lines(number: int, machine: Machine, *, is_cut: bool) -> None:
    """Let nobody in from the n-th line on; those who are in stay, or are cut off, too."""

    def shut() -> Fate:
        machine.faults = Faults(vtys_busy=True)
        if is_cut:
            machine.drop_sessions()
        return Fate.RUN

    strike(machine, _at_line(number), shut)


def _busy_once(machine: Machine) -> None:
    """Let another session save just when we do, the first time."""
    times = iter((True,))

    def save() -> Fate:
        machine.faults = Faults(save_busy=next(times, False))
        return Fate.RUN

    strike(machine, "write memory".__eq__, save)


def _set(faults: Faults, machine: Machine) -> None:
    machine.faults = faults


def _lines(of: Clean, rng: Random, n_most: int | None) -> Sequence[int]:
    """Return the numbers of the lines to strike: all, or a sample of them."""
    return _some(range(1, len(of.lines) + 1), rng, n_most)


def _some(numbers: Sequence[int], rng: Random, n_most: int | None) -> Sequence[int]:
    if n_most is None or n_most >= len(numbers):
        return numbers
    return sorted(rng.sample(numbers, n_most))


def _each_line(
    fate: Fate, of: Clean, rng: Random, n_most: int | None, *, is_lasting: bool = False
) -> Iterator[Case]:
    which = _same_as if is_lasting else _at_line
    for number in _lines(of, rng, n_most):
        due = partial(which, number)
        yield Case(f"line {number}: {of.lines[number - 1]}", partial(_fated, fate, due))


def _refused(of: Clean, rng: Random, n_most: int | None) -> Iterator[Case]:
    for number in _some(range(1, of.n_config + 1), rng, n_most):
        faults = Faults(refuse_line=number, refusal="% Not today")
        yield Case(f"line {number} of configuration", partial(_set, faults))


def _at_each_step(_of: Clean, rng: Random, n_most: int | None) -> Iterator[Case]:
    fates = (Fate.DROP, Fate.CUT, Fate.HANG, Fate.RELOAD, Fate.DENY)
    pairs = list(itertools.product(STEPS, fates))
    for name, fate in pairs if n_most is None else rng.sample(pairs, min(n_most, len(pairs))):
        yield Case(f"{name}: {fate.name.lower()}", partial(_fated, fate, partial(_at_step, name)))


def _exhausted(of: Clean, rng: Random, n_most: int | None) -> Iterator[Case]:
    for index, number in enumerate(_lines(of, rng, 20 if n_most is None else n_most)):
        is_cut = index % 2 == 1
        label = f"line {number}: nobody else gets in{', all are cut off' if is_cut else ''}"
        yield Case(label, partial(_without_lines, number, is_cut=is_cut))


def _slow(_of: Clean, _rng: Random, _n_most: int | None) -> Iterator[Case]:
    yield Case("saving takes its time", partial(_set, Faults(building_s=1.0)))
    yield Case("saving asks", partial(_set, Faults(save_asks=True, building_s=0.5)))
    yield Case("another session saves", _busy_once)
    yield Case("AAA far away", partial(_set, Faults(authorization_s=0.03)))


def _eaten(_of: Clean, rng: Random, n_most: int | None) -> Iterator[Case]:
    sizes = (40, 60, 80, 100, 120, 140, 160, 200, 240, 300, 360, 480, 600, 900, 1200)
    for size in _some(sizes, rng, n_most):
        yield Case(f"room for {size} characters", partial(_set, Faults(buffer_chars=size)))


Family = Callable[[Clean, Random, int | None], Iterator[Case]]
FAMILIES: Final[Mapping[str, Family]] = {
    "dropped": partial(_each_line, Fate.DROP),
    "answer lost": partial(_each_line, Fate.CUT),
    "hung": partial(_each_line, Fate.HANG),
    "reloaded": partial(_each_line, Fate.RELOAD),
    "refused": _refused,
    "denied once": partial(_each_line, Fate.DENY),
    "denied": partial(_each_line, Fate.DENY, is_lasting=True),
    "step": _at_each_step,
    "no VTY": _exhausted,
    "slow": _slow,
    "type-ahead": _eaten,
}
"""Each makes its cases of a change as it is undisturbed; at most so many, or all."""
PROVED: Final = frozenset({"step"})
"""The families whose changes are proved with a knock."""
