"""One router's turn: a value that says all there is to do, and can be taken anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

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

    ``outcome`` is what a change comes to; ``undoes`` the run that a rollback is about, and
    ``concerned`` tells whether it can have anything to do with a router, and ``reverts`` has when
    those go back by themselves that it left in the middle.
    """

    change: Verb
    check: Verb
    outcome: type[ChangeOutcome]
    undoes: str = ""
    concerned: Callable[[str], bool] = lambda _host: True
    reverts: Mapping[str, float] = field(default_factory=dict)


class WorkerLostError(Exception):
    """The worker that had the turn is gone; only the journal says how far the router came."""


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
        job = replace(self.job, parts={})
        return outcome_in(nornir.run(task=self.verb, job=job)[self.host.name])


class Workers(Protocol):
    """What runs turns; more than ``n_at_once`` at a time would only wait for each other."""

    n_at_once: int

    @property
    def is_gone(self) -> bool:
        """Whether nothing is left that could run one."""

    def take(self, turn: Turn) -> Future[Outcome]:
        """Begin a turn; the future raises ``WorkerLostError`` where its worker is lost."""

    def release(self) -> None:
        """Tell the turns that the run is to stop: they wait for no router's revert timer."""

    def end(self, *, wait: bool) -> None:
        """Begin nothing more; return once nothing is under way, if ``wait``."""


class Threads:
    """Turns taken by threads of this process."""

    def __init__(self, n_at_once: int) -> None:
        self.n_at_once = n_at_once
        self.is_gone = False
        self._threads = ThreadPoolExecutor(n_at_once, thread_name_prefix="router")

    def take(self, turn: Turn) -> Future[Outcome]:
        """Have a turn taken."""
        return self._threads.submit(turn.take)

    def release(self) -> None:
        """Do nothing: they see the wish to stop."""

    def end(self, *, wait: bool) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=wait, cancel_futures=True)
