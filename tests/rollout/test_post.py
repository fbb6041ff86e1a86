"""Letters by a scheduler's queues: sent together, and waited for as long as somebody is there."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any, cast

import pytest
from distributed import Queue
from nornir.core.configuration import Config
from nornir.core.inventory import Host

from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout import cluster, cluster_worker, post
from knockdeploy.rollout.cluster_worker import _WayHome
from knockdeploy.rollout.post import Outbox, heard, wake
from knockdeploy.rollout.remote_turn import HomeLostError
from knockdeploy.rollout.turn import Turn, WorkerLostError
from knockdeploy.tasks.deploy import deploy
from rollout.test_away import Place, Wire


class FakeQueue:
    """A scheduler's queue that takes nothing until ``open`` is set; ``fails`` once it is gone."""

    def __init__(self, *, fails: bool = False) -> None:
        self.carried: list[list[bytes]] = []
        self.there: SimpleQueue[list[bytes]] = SimpleQueue()
        self.asked, self.open = threading.Event(), threading.Event()
        self.fails = fails

    @property
    def queue(self) -> Queue:
        return cast("Queue", self)

    def put(self, letters: list[bytes]) -> None:
        self.asked.set()
        assert self.open.wait(60)
        if self.fails:
            raise OSError
        self.carried.append(letters)
        self.there.put(letters)

    def get(self) -> list[bytes]:
        return self.there.get(timeout=60)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "_APART_S", 0)
    monkeypatch.setattr(cluster_worker, "_LOOK_S", 0.001)


def test_letters_that_come_while_one_is_on_its_way_go_together_and_in_order() -> None:
    queue = FakeQueue()
    outbox = Outbox(queue.queue, lambda: None)
    outbox.put(1, "begin")
    assert queue.asked.wait(60)
    for number in range(2, 50):
        outbox.put(number, "tell")
    queue.open.set()
    outbox.close()
    assert [len(each) for each in queue.carried] == [1, 48]
    wake(queue.queue)
    over = iter([False, False, True])  # after the two, before it would wait again
    numbers = [number for number, _ in heard(queue.queue, lambda: next(over))]
    assert numbers == list(range(1, 50))


def test_who_sends_is_told_that_there_is_no_way_any_more() -> None:
    queue, lost = FakeQueue(fails=True), threading.Event()
    outbox = Outbox(queue.queue, lost.set)
    queue.open.set()
    outbox.put(1, "begin")
    assert lost.wait(60)
    outbox.close()


class FakePost:
    """The way home of a turn: ``wanted`` is told each time it looks whether to go on waiting."""

    is_lost = False

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.answers: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def send(self, number: int, what: str, words: tuple[object, ...], *, is_question: bool) -> None:
        self.asked.append((number, what, words, is_question))


def line(of: FakePost, is_wanted: Callable[[], bool]) -> _WayHome:
    return _WayHome(of, 7, of.answers, is_wanted)  # type: ignore[arg-type]


def test_turn_waits_for_its_answer_as_long_as_home_is_there() -> None:
    home, n_looks = FakePost(), 0

    def is_wanted() -> bool:
        nonlocal n_looks
        n_looks += 1
        if n_looks == 100:  # so busy was it
            home.answers.put((True, b"key"))
        return True

    assert line(home, is_wanted).ask("read", "key") == b"key"
    assert home.asked == [(7, "read", ("key",), True)]


def test_turn_that_nobody_waits_for_any_more_is_over() -> None:
    with pytest.raises(HomeLostError):
        line(FakePost(), lambda: False).ask("read", "key")


def test_turn_whose_scheduler_is_gone_is_over() -> None:
    home = FakePost()
    home.is_lost = True
    with pytest.raises(HomeLostError):
        line(home, lambda: True).ask("read", "key")


def test_what_was_raised_at_home_is_raised_here() -> None:
    home = FakePost()
    home.answers.put((False, OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        line(home, lambda: True).ask("append", "x", b"")
    assert pickle.loads(pickle.dumps(HomeLostError())).args == ()  # noqa: S301


class BusyClient:
    """A scheduler's client: who its workers are it says only when asked for the fourth time.

    It is the task as well, of each turn.
    """

    status = "running"
    asynchronous = False

    def __init__(self) -> None:
        self.scheduler = SimpleNamespace(ncores=self.ncores)
        self.n_asked = 0
        self.callbacks: list[Callable[[BusyClient], None]] = []
        self.over = threading.Event()

    def ncores(self) -> dict[str, int]:
        self.n_asked += 1
        if self.n_asked < 4:
            raise TimeoutError
        return {"one": 4} if self.n_asked < 8 else {"another": 4}

    def submit(self, *_: object, **__: object) -> BusyClient:
        return self

    def add_done_callback(self, done: Callable[[BusyClient], None]) -> None:
        self.callbacks.append(done)

    def sync(self, action: Callable[..., object], *_: object, **__: object) -> object:
        if action == self.scheduler.ncores:
            return self.ncores()
        if action.__name__ == "_get":
            assert self.over.wait(60)
            raise OSError
        return None


def test_scheduler_that_is_too_busy_to_answer_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_LOOK_S", 0.001)
    place, client = Place(tmp_path), BusyClient()
    wire, future = place.out()
    wire.ask("begin", "one")
    n_asked: list[int] = []
    future.add_done_callback(lambda _: n_asked.append(client.n_asked))
    dask = cluster.Cluster(client, {"one": 4}, place.home)  # type: ignore[arg-type]
    try:
        with pytest.raises(WorkerLostError):
            future.result(60)
        assert n_asked == [8]  # as its worker is gone, and no sooner
    finally:
        client.over.set()
        dask.end(wait=False)


def test_turn_whose_task_is_over_without_a_word_is_lost(tmp_path: Path) -> None:
    """It may have failed before its first line, as where a worker has another version of us."""
    place, client = Place(tmp_path), BusyClient()
    dask = cluster.Cluster(client, {"one": 4}, place.home)  # type: ignore[arg-type]
    try:
        ended, lost = (dask.take(Turn(Host("r1"), Config(), deploy, place.job)) for _ in range(2))
        Wire(place.home, 1).ask("end", Outcome("deployed"))
        for done in client.callbacks:
            done(client)
        assert ended.result(0) == Outcome("deployed")
        with pytest.raises(WorkerLostError):
            lost.result(0)
    finally:
        client.status = "closed"
        client.over.set()
        dask.end(wait=False)
