"""One router's turn: a value that says all there is to do, and can be taken anywhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import Host, Hosts, Inventory
from nornir.core.state import GlobalState
from nornir.core.task import Result, Task
from nornir.plugins.runners import SerialRunner

from knockdeploy.change.job import Job
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.progress import outcome_in

Verb = Callable[[Task, Job], Result]


@dataclass(frozen=True, slots=True)
class Verbs:
    """The tasks of a command: what changes a router, and what looks at it once it is changed.

    ``outcome`` is what a change comes to; ``undoes`` the run that a rollback is about.
    """

    change: Verb
    check: Verb
    outcome: type[ChangeOutcome]
    undoes: str = ""


class Workers(NamedTuple):
    """Who takes turns: ``release`` has none of them wait for a router's own timer any more."""

    executor: Executor
    take: Callable[[Turn], Future[Outcome]]
    release: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """``verb`` on ``host``; ``job`` needs to know no other router."""

    host: Host
    config: Config
    verb: Verb
    job: Job

    def take(self) -> Outcome:
        """Return what became of the router; errors are outcomes."""
        inventory = Inventory(Hosts({self.host.name: self.host}), defaults=self.host.defaults)
        # A state of its own: routers that failed in other turns are none of this one's.
        nornir = Nornir(inventory, self.config, GlobalState(), runner=SerialRunner())
        return outcome_in(nornir.run(task=self.verb, job=self.job)[self.host.name])


def in_threads(n_workers: int, _job: Job) -> Workers:
    """Return what takes turns in threads of this process."""
    executor = ThreadPoolExecutor(n_workers, thread_name_prefix="router")
    return Workers(executor, lambda turn: executor.submit(turn.take), lambda: None)
