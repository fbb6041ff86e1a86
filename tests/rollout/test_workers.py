"""What takes turns elsewhere, played in this process: its way home, and what it leaves behind."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import signal
import sys
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout import cluster, cluster_worker, worker_process
from knockdeploy.rollout.cluster_worker import _post, box_of, take_away
from knockdeploy.rollout.remote_turn import HomeLostError
from knockdeploy.rollout.turn import WorkerLostError
from knockdeploy.rollout.worker_process import work
from rollout.test_away import RUN, Place, Wire
from rollout.test_post import FakeQueue
from rollout.test_progress import Session

HERE = "tcp://127.0.0.1:4711"
HOME: Any = None
"""A client of Dask's: only its queues are asked for anything."""


class Box(FakeQueue):
    """A queue that takes whatever comes, until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open.set()
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


def threads(*names: str) -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name in names]


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Box]]:
    """The queues of a scheduler, by name."""
    found: dict[str, Box] = defaultdict(Box)
    for each in (cluster, cluster_worker):
        monkeypatch.setattr(each, "Queue", lambda name, client: found[name])  # noqa: ARG005
    yield found
    assert not threads("answers", "post")
    assert all(each.is_closed for each in found.values())


def letters(*answers: tuple[int, bool, object]) -> list[bytes]:
    return [pickle.dumps(each) for each in answers]


def test_turns_of_a_run_have_one_way_home_until_the_last_is_over(boxes: dict[str, Box]) -> None:
    with _post(RUN, HERE, HOME) as post:
        with _post(RUN, HERE, HOME) as same, post.answers_to(1) as one, post.answers_to(2) as two:
            assert same is post
            boxes[box_of(RUN, HERE)].put(letters((2, True, "b"), (3, True, "-"), (1, False, "a")))
            assert (one.get(timeout=60), two.get(timeout=60)) == ((False, "a"), (True, "b"))
        post.send(7, "tell", ("r1", "saved"), is_question=False)
    sent = [pickle.loads(each) for some in boxes[RUN].carried for each in some]  # noqa: S301
    assert sent == [(HERE, 7, False, "tell", ("r1", "saved"))]
    with _post(RUN, HERE, HOME) as another:
        assert another is not post


def test_turn_whose_way_home_is_gone_says_nothing_more(boxes: dict[str, Box]) -> None:
    box = boxes[box_of(RUN, HERE)]
    with _post(RUN, HERE, HOME) as post:
        box.there.put([b"not from home"])
        for each in threads("answers"):
            each.join(60)
        with pytest.raises(HomeLostError):
            post.send(7, "tell", ("r1", "saved"), is_question=False)


class Dask:
    """A scheduler's client; ``there`` are its workers."""

    def __init__(self, *there: str) -> None:
        self.there, self.status, self.scheduler = dict.fromkeys(there, 4), "running", self

    def ncores(self) -> dict[str, int]:
        return self.there

    def sync(self, action: Callable[[], object], *, callback_timeout: float) -> object:
        return action()

    def close(self, timeout: float) -> None:
        self.status = "closed"


def test_turns_of_a_worker_that_is_gone_are_lost_and_the_others_go_on(
    boxes: dict[str, Box], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_LOOK_S", 0.001)
    place, client = Place(tmp_path), Dask("one", "two")
    lost, kept = (place.out(number)[1] for number in (1, 2))
    for number, worker in enumerate(client.there, start=1):
        Wire(place.home, number).ask("begin", worker)
    home = cluster.Cluster(client, client.there, place.home)  # type: ignore[arg-type]
    client.there = {"two": 4}
    with pytest.raises(WorkerLostError):
        lost.result(60)
    assert not kept.done()
    assert not home.is_gone
    home.end(wait=True)
    assert client.status == "closed"
    (inbox,) = boxes.values()
    inbox.put([])  # who listens there looks whether it is over


@pytest.fixture
def left() -> Iterator[list[weakref.ref[Session]]]:
    """What sessions leave that refer to themselves, while Python does not look for it."""
    gc.disable()
    yield []
    gc.enable()


def test_worker_looks_for_what_sessions_leave(
    boxes: dict[str, Box], left: list[weakref.ref[Session]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dask = SimpleNamespace(address=HERE, get_current_task=lambda: "turn")
    monkeypatch.setattr(cluster_worker, "get_worker", lambda: dask)
    monkeypatch.setattr(cluster_worker, "get_client", lambda: HOME)
    monkeypatch.setattr("knockdeploy.gc_tuning.collect", lambda: None)
    monkeypatch.setattr(cluster_worker, "take", lambda *_: left.append(weakref.ref(Session())))
    for number in range(1, 51):
        take_away(b"", RUN, number)
    assert [each() for each in left] == [None] * 50
    assert boxes


def test_process_looks_for_what_sessions_leave(
    left: list[weakref.ref[Session]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Turn:
        def __init__(self, *_: object) -> None:
            pass

        def take(self) -> Outcome:
            left.append(weakref.ref(Session()))
            return Outcome("deployed")

    monkeypatch.setattr(worker_process, "Turn", Turn)
    monkeypatch.setattr(worker_process, "_log_by", lambda send: None)  # noqa: ARG005
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    nornir: Any = SimpleNamespace(inventory=SimpleNamespace(hosts={"r1": None}), config=None)
    home, there = multiprocessing.Pipe()
    for number in range(1, 51):
        home.send((number, "r1", "deploy"))
    home.send(())
    work(there, [], 1, nornir, Place(tmp_path).job)
    assert [home.recv() for _ in left] == [
        ("end", number, Outcome("deployed")) for number in range(1, 51)
    ]
    assert [each() for each in left] == [None] * 50


@pytest.mark.parametrize("unheard", [0, 1])
def test_process_leaves_its_routers_as_soon_as_home_is_gone(
    unheard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe is reset, not just closed, where its other end had not read all that was said."""
    monkeypatch.setattr("os._exit", sys.exit)
    home, there = multiprocessing.Pipe()
    with there:
        for _ in range(unheard):
            there.send(("tell", "r1", "arming"))
        home.close()
        with pytest.raises(SystemExit):
            worker_process._received(there)  # noqa: SLF001
