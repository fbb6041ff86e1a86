"""What a plan is made of, and the plan itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from knockdeploy.command import Command, Phase
from knockdeploy.ios.tree import Node
from knockdeploy.plan.slice import Runs


@dataclass(frozen=True, slots=True)
class Site:
    """What rendering needs to know about the router itself.

    ``destination`` is the address of the outside interface, None where it is negotiated or not
    known, or where there are several: `any` then. ``own_addresses`` is empty where not all are
    known. ``acl_exists`` says whether our entries go into somebody else's ACL; ``copies`` is the
    ACL that is left as it is, and ``acl`` the copy of it that has them. ``policy`` is somebody
    else's policy on the control plane's host path: our class goes into it.
    """

    destination: str | None = None
    own_addresses: tuple[str, ...] = ()
    acl: str = ""
    acl_exists: bool = False
    bound: bool = False
    interfaces: tuple[str, ...] = ()
    policy: str | None = None
    copies: str | None = None

    @property
    def dynamic(self) -> str:
        """The name of the dynamic entry; the applet builds it from that of the ACL."""
        return f"D{self.acl}"


@dataclass(frozen=True, slots=True)
class Step:
    """A command, the configuration after it, and what takes it back.

    ``state`` is that configuration made short; ``after`` is made of it whenever it is asked for.
    """

    command: Command
    state: Node
    undo: tuple[Command, ...]
    runs: Runs = field(default_factory=Runs)

    @property
    def after(self) -> Node:
        """The whole configuration after the command."""
        return self.runs.whole(self.state)


@dataclass(frozen=True, slots=True)
class _Reached:
    """A service, and the entry by which people reach it; None where no ACL keeps anybody out."""

    service: str
    entry: str | None

    def _whom(self, lets: str) -> str:
        return f"those whom '{self.entry}' {lets} in" if self.entry else "anybody"


class Closed(_Reached):
    """A service no longer reachable without a knock; ``entry`` let people in until now."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self.service} is no longer reachable without a knock for {self._whom('let')}"


class Opened(_Reached):
    """A service that becomes reachable without a knock; ``entry`` will let people in."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self.service} becomes reachable without a knock for {self._whom('lets')}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change sends, in order, and what the router will show afterwards.

    ``closes`` says who loses access, ``opens`` who gets it; ``warnings`` what else to know before
    saying yes.
    """

    before: Node
    after: Node
    steps: tuple[Step, ...]
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
