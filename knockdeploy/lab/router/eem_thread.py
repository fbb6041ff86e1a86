"""The threads of EEM's scheduler for one class of policies (ios-facts-more §C, iosxe-facts §3)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from knockdeploy.lab.router.eem_vty import Machine

_ENVIRONMENT: Final = re.compile(r"event manager environment (\S+) (.*)")


class Router(Machine, Protocol):
    """What the event manager needs of its router."""

    @property
    def flash(self) -> Mapping[str, str]:
        """The files on flash, by name."""


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


class Threads:
    """The threads of a class: raised events wait in line, and one policy runs in each thread."""

    def __init__(self, router: Router, count: Callable[[], int] = lambda: 1) -> None:
        self._router = router
        self._count = count
        self._queue: deque[Event] = deque()
        self._runs: list[Run] = []

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of the policies that wait for their turn."""
        return tuple(event.name for event in self._queue)

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the policies that run."""
        return tuple(run.name for run in self._runs)

    def raised(self, event: Event) -> None:
        """Run a policy, or let it wait."""
        self._queue.append(event)
        self._next()

    def restart(self) -> None:
        """Forget what waits and stop what runs."""
        self._queue.clear()
        for run in self._runs:
            run.stop()
        self._runs.clear()

    def _next(self) -> None:
        if self._queue and len(self._runs) < self._count():
            matches = map(_ENVIRONMENT.match, (n.text for n in self._router.running.children))
            environment = {match[1]: match[2] for match in matches if match}
            run = self._queue.popleft().begin(environment, self._router, lambda: self._over(run))
            self._runs.append(run)

    def _over(self, run: Run) -> None:
        self._runs.remove(run)
        self._next()
