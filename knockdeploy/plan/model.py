"""What a plan is made of, and the plan itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from knockdeploy.command import Command, Phase
from knockdeploy.intent import Intent
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.operator import Operator
from knockdeploy.plan.slice import Omitted
from knockdeploy.recipe.placement import Placement, Placements
from knockdeploy.recipe.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a change is planned."""

    intent: Intent
    recipe: Recipe
    operator: Operator | None = None
    """None: a lock-out is not looked for. Saved configurations have no session."""
    allow_open: bool = False
    dialect: Dialect = CLASSIC
    """That of the image."""
    binds_first: bool = False
    """A list takes no temporary entries before it is bound."""
    judges: bool = True
    """False: what would open is not refused either. Who is refused a plan wants to see it."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The goal of a deployment: all of ``wanted``, which was rendered for the placement ``at``."""

    wanted: Node
    at: Placement


@dataclass(frozen=True, slots=True)
class Restored:
    """The goal of a rollback: what is ours in ``before``, and no more; of a removal: nothing."""

    before: Node
    at: Placements


Goal = Deployed | Restored


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A command, the configuration after it, and what takes it back.

    ``state`` is that configuration made short; ``after`` is made of it whenever it is asked for.
    """

    command: Command
    state: Node
    undo: tuple[Command, ...]
    omitted: Omitted = field(default_factory=Omitted)

    @property
    def after(self) -> Node:
        """The whole configuration after the command."""
        return self.omitted.whole(self.state)


@dataclass(frozen=True, slots=True)
class _Reached:
    """A service, and the entry by which people reach it; None where no ACL keeps anybody out."""

    service: str
    entry: str | None

    @property
    def _how(self) -> str:
        return f"permitted by '{self.entry}'" if self.entry else "open to anyone"


class Closed(_Reached):
    """A service no longer reachable without a knock; ``entry`` let people in until now."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self.service} is no longer reachable without a knock; until now {self._how}"


class Opened(_Reached):
    """A service that becomes reachable without a knock; ``entry`` will let people in."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self.service} becomes reachable without a knock, {self._how}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change sends, in order, and what the router will show afterwards.

    ``closes`` says who loses access, ``opens`` who gets it; ``warnings`` what else to know before
    saying yes.
    """

    before: Node
    after: Node
    steps: tuple[PlanStep, ...]
    closes: tuple[Closed, ...] = ()
    warnings: tuple[str, ...] = ()
    opens: tuple[Opened, ...] = ()

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command, OPEN before CLOSE."""
        return tuple(step.command for step in self.steps)

    def phase(self, phase: Phase) -> tuple[Command, ...]:
        """Return the commands of one phase."""
        return tuple(command for command in self.commands if command.phase is phase)

    def undo(self, accepted: Collection[Command] | None = None) -> tuple[Command, ...]:
        """Return what takes back the ``accepted`` commands (None: all), last first."""
        return tuple(
            command
            for step in reversed(self.steps)
            if accepted is None or step.command in accepted
            for command in step.undo
        )
