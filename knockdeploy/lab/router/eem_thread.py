"""The threads of EEM's scheduler for one class of policies (ios-facts-more §C, iosxe-facts §3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from knockdeploy.lab.router.eem_vty import PolicyVty

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter


class PolicyRun:
    """A policy under way, on a VTY of its own; ``after_s`` is how long its first step takes."""

    def __init__(
        self,
        name: str,
        router: VirtualRouter,
        ended: Callable[[], None],
        *,
        bypasses_authorization: bool,
        after_s: float = 0.0,
    ) -> None:
        """Begin; ``ended`` is called when it is over, however it ended."""
        self.name = name
        self._router = router
        self._ended = ended
        self._vty = PolicyVty(name, router, bypasses_authorization=bypasses_authorization)
        self._next_step = router.clock.call_later(after_s, self.step)

    def step(self) -> None:
        """Do what comes next."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the run where it stands; nobody is told."""
        self._next_step.cancel()
        self._vty.close()

    def _finish(self) -> None:
        self.stop()
        self._ended()


Begin = Callable[[Callable[[], None]], PolicyRun]
"""Runs a policy; what it is given is called when that is over."""


class PolicyThreads:
    """The threads of a class: raised policies wait in line, and one runs in each thread."""

    def __init__(self, count: Callable[[], int] = lambda: 1) -> None:
        self._count = count
        self._queue: deque[tuple[str, Begin]] = deque()
        self._runs: list[PolicyRun] = []

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of the policies that wait for their turn."""
        return tuple(name for name, _ in self._queue)

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the policies that run."""
        return tuple(run.name for run in self._runs)

    def raised(self, name: str, begin: Begin) -> None:
        """Run a policy, or let it wait."""
        self._queue.append((name, begin))
        self._next()

    def restart(self) -> None:
        """Forget what waits and stop what runs."""
        self._queue.clear()
        for run in self._runs:
            run.stop()
        self._runs.clear()

    def _next(self) -> None:
        if self._queue and len(self._runs) < self._count():
            _, begin = self._queue.popleft()
            run = begin(lambda: self._over(run))
            self._runs.append(run)

    def _over(self, run: PolicyRun) -> None:
        self._runs.remove(run)
        self._next()
