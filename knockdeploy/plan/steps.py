"""The steps of a plan: each command with the state after it, what takes it back, and its phase.

A command's phase is what it does, not what it is: one after which a packet that got in before
does not any more belongs to CLOSE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import Final, NamedTuple

from knockdeploy.command import Command, Phase
from knockdeploy.ios.aces import is_acl
from knockdeploy.ios.filters import Filters
from knockdeploy.ios.refusals import group_in_use
from knockdeploy.ios.tree import Node, Path
from knockdeploy.ios.view import used_by
from knockdeploy.ios.ways_in import DECIDING
from knockdeploy.plan.exposure import Inbound, closed, newly_shut, opened
from knockdeploy.plan.model import Plan, PlanStep, Terms
from knockdeploy.plan.replacing import Unit, units
from knockdeploy.plan.resequence import is_resequence
from knockdeploy.plan.slice import kinds_of, shortened
from knockdeploy.plan.typist import Typist, typed_by
from knockdeploy.plan.undo import inverse
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected

_FILTERING: Final = ("interface ", *DECIDING)


class _Tried(NamedTuple):
    command: Command
    after: Node
    filters: Filters


class Walk:
    """A change as it is typed: every step, and what filters before the first and after each."""

    def __init__(
        self, running: Node, wanted: Node, at: Placement, protected: Protected, terms: Terms
    ) -> None:
        operator = terms.operator
        ways = {*at.ways_in, *((operator.interface or "",) if operator else ())}
        self.before = running
        self.short, self._runs = shortened(running, kinds_of(at.owned, wanted, ways))
        self._typist = Typist(self.short, terms.dialect)
        self._filters = Inbound(at.ways_in)
        self._protected = protected
        self._terms = terms
        self.first = self._filters.of(self.short)
        self.walked: list[tuple[PlanStep, Filters]] = []

    @property
    def last(self) -> Filters:
        """What filters now."""
        return self.walked[-1][1] if self.walked else self.first

    @property
    def state(self) -> Node:
        """The configuration as it is now, made short."""
        return self._typist.state

    @property
    def after(self) -> Node:
        """The whole configuration as it is now."""
        return self.walked[-1][0].after if self.walked else self.before

    def in_phases(self, commands: Iterable[Command]) -> None:
        """Type commands in the order of creation, but for those that wait for CLOSE."""
        created: set[Path] = set()
        closing: list[Command] = []
        for unit in units(commands):
            if not any(_waits(command, closing) for command in unit):
                tried = self._tried(unit)
                if not newly_shut(self.last, tried[-1].filters, self._protected):
                    self._accept(tried, Phase.OPEN, created)
                    continue
            closing += unit
        for unit in units(closing):
            self._accept(self._tried(unit), Phase.CLOSE, created)

    def in_order(self, commands: Iterable[Command]) -> None:
        """Type commands as they come: from the first that shuts somebody out, all are CLOSE.

        What is taken away is taken away in the order of its references, so nothing can wait.
        """
        phase = self.walked[-1][0].command.phase if self.walked else Phase.OPEN
        for unit in units(commands):
            tried = self._tried(unit)
            shuts = newly_shut(self.last, tried[-1].filters, self._protected)
            phase = Phase.CLOSE if shuts else phase
            self._accept(tried, phase, set())

    def plan(self, warnings: Iterable[str]) -> Plan:
        """Return the plan, with who loses access by it and who gets it.

        One that may open nothing is refused if it does: there is nothing to look for.
        """
        ends = self.first, self.last, self._protected
        return Plan(
            before=self.before,
            after=self.after,
            steps=tuple(step for step, _ in self.walked),
            closes=closed(*ends),
            warnings=tuple(warnings),
            opens=opened(*ends) if self._terms.allow_open else (),
        )

    def _tried(self, unit: Unit) -> list[_Tried]:
        """Return what each command of a unit makes of the configuration; none is taken yet."""
        typist = self._typist if len(unit) == 1 else copy(self._typist)
        found: list[_Tried] = []
        for command in unit:
            state = typed_by(typist, command)
            if command is not unit[-1]:
                typist.accept(command, state)
            header = (*command.parents, command.line)[0].removeprefix("no ")
            decides = header.startswith(_FILTERING)
            last = found[-1].filters if found else self.last
            found.append(_Tried(command, state, self._filters.of(state) if decides else last))
        return found

    def _accept(self, unit: Sequence[_Tried], phase: Phase, created: set[Path]) -> None:
        """Take steps; lines in sections that the plan ``created`` need no undo: those go whole.

        A stopgap has one nevertheless, since it stands on the way back, too.
        """
        for command, after, now in unit:
            state = self._typist.state
            path = (*command.parents, command.line)
            inside = any(path[:depth] in created for depth in range(1, len(path)))
            is_undone = not inside or len(unit) > 1
            printed = self._terms.recipe.enforcement.prints_numbers
            back = inverse(state, after, command, prints_numbers=printed) if is_undone else ()
            undo = tuple(replace(each, alone=_alone(after, each)) for each in back)
            if not inside and state.at(path) is None and after.at(path) is not None:
                created.add(path)
            typed = replace(command, phase=phase, alone=_alone(state, command))
            self.walked.append((PlanStep(typed, after, undo, self._runs), now))
            self._typist.accept(command, after)


def _waits(command: Command, closing: Sequence[Command]) -> bool:
    """Tell whether a line of the same section waits already: what follows may rest on it."""
    section = command.parents[:1]
    return bool(section) and any(other.parents[:1] == section for other in closing)


def _alone(state: Node, command: Command) -> bool:
    """Tell whether the line must be answered before the next is sent."""
    if (*command.parents, command.line)[0].removeprefix("no ").startswith("zone-pair "):
        # without a policy it may let nothing in: a second line could not reach the router
        return False
    if command.line.startswith(("no ", "ip access-group ", "service-policy ")):
        return True
    if is_resequence(command):
        return True
    header = command.parents[0] if command.parents else ""
    if header.startswith("object-group "):
        return group_in_use(state, header.split()[2])
    return is_acl(command.parents) and any(used_by(state, header.split()[3]))
