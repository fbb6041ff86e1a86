"""Which routers are in flight, with what, and what became of the others."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Final

from nornir.core.inventory import Host
from nornir.core.task import MultiResult, Task

from knockdeploy.errors import InternalError
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout.pace import Pace
from knockdeploy.store.journal import Event, Happened, now

COLLECTED_EACH: Final = 50
"""Routers after which we collect garbage: their sessions leave 0.2 MB each until then."""


@dataclass(frozen=True, slots=True)
class Flight:
    """A router's turn: what it is at, and when it began, in seconds of ``Progress.now``."""

    step: str
    began_s: float


@dataclass(slots=True)
class Progress:
    """Told from several threads; whoever looks takes a copy first.

    ``began_s`` is when the first turn began.
    """

    now: Callable[[], float] = time.monotonic
    began_s: float = 0.0
    in_flight: dict[str, Flight] = field(default_factory=dict)
    outcomes: MutableMapping[str, Outcome] = field(default_factory=dict)
    events: dict[str, list[Happened]] = field(default_factory=dict)

    def began(self, host: str) -> None:
        """Tell that a router's turn begins."""
        self.began_s = self.began_s or self.now()
        self.events[host] = []
        self.in_flight[host] = Flight("connecting", self.now())

    def told(self, host: str, what: str) -> None:
        """Tell what a router is at."""
        if flight := self.in_flight.get(host):
            self.in_flight[host] = Flight(what, flight.began_s)

    def happened(self, host: str, event: Event, reverts: str) -> None:
        """Tell how far a router's change has come."""
        self.events.setdefault(host, []).append(Happened(now(), host, event, reverts))

    def paused(self, host: str) -> None:
        """Tell that a router will have another turn."""
        self.in_flight.pop(host, None)
        self.events.pop(host, None)

    def ended(self, host: str, outcome: Outcome) -> None:
        """Tell what became of a router."""
        self.paused(host)
        self.outcomes[host] = outcome
        if len(self.outcomes) % COLLECTED_EACH == 0:
            gc.collect()


class Follow:
    """Nornir's processor that tells ``progress`` of each router, and keeps the ``pace``.

    From ``parts``, what has become of routers so far, it takes those that are done.
    """

    def __init__(self, progress: Progress, pace: Pace, parts: dict[str, Outcome]) -> None:
        self._progress = progress
        self._pace = pace
        self._parts = parts

    def _nothing(self, *_: object, **__: object) -> None:
        """Leave it to what is told of each router's whole turn."""

    task_started = task_completed = _nothing
    subtask_instance_started = subtask_instance_completed = _nothing

    def task_instance_started(self, task: Task, host: Host) -> None:
        """Note that the router's turn begins."""
        self._pace.wait()
        self._progress.began(host.name)

    def task_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Note what became of the router."""
        self._progress.ended(host.name, outcome_in(result))
        self._parts.pop(host.name, None)
        for each in result:  # which Nornir keeps until the last router is done
            each.result = None


def outcome_in(result: MultiResult) -> Outcome:
    """Return what a task that was run on a router says became of it."""
    outcome = result[0].result if result else None
    if isinstance(outcome, Outcome):
        return outcome
    return Outcome("failed", error=Failure.of(InternalError("the task gave no outcome")))
