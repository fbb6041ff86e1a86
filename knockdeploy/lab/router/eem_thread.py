"""One thread of EEM's scheduler: policies of a class run one after another (ios-facts-more §C)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from knockdeploy.ios.tree import Node
from knockdeploy.lab.router.eem_run import Machine

_ENVIRONMENT: Final = re.compile(r"event manager environment (\S+) (.*)")


class Router(Machine, Protocol):
    """What the event manager needs of its router."""

    @property
    def flash(self) -> Mapping[str, str]:
        """The files on flash, by name."""

    @property
    def running(self) -> Node:
        """The running configuration."""


class Run(Protocol):
    """A policy under way."""

    @property
    def name(self) -> str:
        """The policy's."""

    def stop(self) -> None:
        """End the run where it stands."""


class Event(Protocol):
    """An event that raised a policy."""

    @property
    def name(self) -> str:
        """The policy's."""

    def begin(
        self, environment: Mapping[str, str], machine: Machine, ended: Callable[[], None]
    ) -> Run:
        """Run the policy; ``ended`` is called when that is over."""


class Thread:
    """One thread of the scheduler: raised events wait in line, and one policy runs."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._queue: deque[Event] = deque()
        self._run: Run | None = None

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of the policies that wait for their turn."""
        return tuple(event.name for event in self._queue)

    @property
    def active(self) -> tuple[str, ...]:
        """The name of the policy that runs, if one does."""
        return (self._run.name,) if self._run else ()

    def raised(self, event: Event) -> None:
        """Run a policy, or let it wait."""
        self._queue.append(event)
        self._next()

    def restart(self) -> None:
        """Forget what waits and stop what runs."""
        self._queue.clear()
        if self._run is not None:
            self._run.stop()
        self._run = None

    def _next(self) -> None:
        if self._run is None and self._queue:
            matches = map(_ENVIRONMENT.match, (n.text for n in self._router.running.children))
            environment = {match[1]: match[2] for match in matches if match}
            self._run = self._queue.popleft().begin(environment, self._router, self._over)

    def _over(self) -> None:
        self._run = None
        self._next()
