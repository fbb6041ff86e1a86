"""Which process takes which turn, and what becomes of those whose process dies: none is forked."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

import pytest

from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout import processes
from knockdeploy.rollout.processes import Processes
from knockdeploy.rollout.turn import WorkerLostError

WITHIN_S = 60


class There:
    """A process, played by the test at the other end of its pipe."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.log: list[str] = []

    def die(self) -> None:
        self.pipe.close()

    def join(self) -> None:
        self.log.append(f"ended by {self.heard()!r}")
        self.pipe.close()

    def kill(self) -> None:
        self.log.append("killed")
        self.pipe.close()

    def heard(self) -> Any:
        assert self.pipe.poll(WITHIN_S)
        return self.pipe.recv()


class Home:
    """Who forked two processes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.there: list[There] = []
        self.told: list[tuple[str, ...]] = []
        monkeypatch.setattr(processes, "_forked", lambda *_: self._forked())
        monkeypatch.setattr("gc.freeze", lambda: None)
        self.hears: Callable[[], object] = lambda: None
        job: Any = SimpleNamespace(tell=self._told, show=None, hear=None)
        nornir: Any = None
        self.workers = Processes(20, nornir, job)

    def _told(self, *words: str) -> None:
        self.told.append(words)
        self.hears()

    def _forked(self) -> Iterator[tuple[There, Connection]]:
        for _ in range(2):
            ours, theirs = multiprocessing.Pipe()
            self.there.append(There(theirs))
            yield self.there[-1], ours

    def take(self, host: str) -> Future[Outcome]:
        turn: Any = SimpleNamespace(host=SimpleNamespace(name=host), verb="deploy")
        return self.workers.take(turn)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    home = Home(monkeypatch)
    yield home
    home.workers.end(wait=False)


def test_turn_goes_to_whoever_has_the_least_to_do(home: Home) -> None:
    futures = [home.take(host) for host in ("r1", "r2", "r3")]
    first, second = home.there
    number, host, _ = first.heard()
    assert (host, second.heard()[1], first.heard()[1]) == ("r1", "r2", "r3")
    first.pipe.send(("tell", "r1", "arming"))
    first.pipe.send(("end", number, Outcome("deployed")))
    assert futures[0].result(WITHIN_S) == Outcome("deployed")
    assert home.told == [("r1", "arming")]
    assert not futures[2].done()


def test_routers_of_a_process_that_died_are_lost_and_no_other_is_given_to_it(home: Home) -> None:
    first, second = home.there
    lost, kept = home.take("r1"), home.take("r2")
    first.die()
    with pytest.raises(WorkerLostError):
        lost.result(WITHIN_S)
    is_gone = home.workers.is_gone
    assert not is_gone
    for host in ("r3", "r4"):
        home.take(host)
    assert [second.heard()[1] for _ in range(3)] == ["r2", "r3", "r4"]
    second.die()
    with pytest.raises(WorkerLostError):
        kept.result(WITHIN_S)
    assert home.workers.is_gone
    with pytest.raises(WorkerLostError):
        home.take("r5").result(WITHIN_S)


def test_outcome_that_comes_once_its_turn_was_given_up_does_no_harm(home: Home) -> None:
    first, _ = home.there
    lost = home.take("r1")
    number, *_ = first.heard()
    home.workers._workers[0]._lose()  # noqa: SLF001  # as where it takes no other turn
    with pytest.raises(WorkerLostError):
        lost.result(WITHIN_S)
    first.pipe.send(("end", number, Outcome("deployed")))
    told = threading.Event()
    home.hears = told.set
    first.pipe.send(("tell", "r1", "it is still there"))
    assert told.wait(WITHIN_S)


def test_each_process_is_told_once_that_nobody_waits_for_a_routers_own_timer(home: Home) -> None:
    home.workers.release()
    home.workers.release()
    home.take("r1")
    home.take("r2")
    for each, host in zip(home.there, ("r1", "r2"), strict=True):
        assert each.heard() is None
        assert each.heard()[1] == host


@pytest.mark.parametrize(("wait", "log"), [(True, ["ended by ()"]), (False, ["killed"])])
def test_every_process_ends_with_the_run(
    wait: bool, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its own time, or at once: then its routers go back by themselves."""
    home = Home(monkeypatch)
    home.workers.end(wait=wait)
    assert [each.log for each in home.there] == [log, log]
