"""Run turns on Dask workers near the routers; the journal and the state folder stay here.

Each turn is a Dask task. What the tasks ask of us and what we answer goes through queues of the
Dask scheduler: one queue to us, and one back to each worker. These messages hold secrets: before
anything is sent, ``scheduler`` refuses connections that are not safe.
"""

from __future__ import annotations

import pickle
import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from distributed import Client, Queue
from distributed import Future as Task

from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.cluster_worker import box_of, take_away
from knockdeploy.rollout.coordinator import Home
from knockdeploy.rollout.payload import Parcel
from knockdeploy.rollout.post import Outbox, heard
from knockdeploy.rollout.remote_turn import HomeLostError
from knockdeploy.rollout.turn import Turn

_ANSWERING: Final = 8
"""Questions answered at the same time, so that one slow disk write holds up no other turn."""
_LOOK_S: Final = 1.0
"""How often we ask which workers are still connected."""
_ASKED_S: Final = 30.0
"""How long we wait for that answer before we ask again."""


class Cluster:
    """Runs turns on ``workers``: the address of each, and how many threads it has."""

    def __init__(self, client: Client, workers: Mapping[str, int], home: Home) -> None:
        self.n_at_once = sum(workers.values())
        self._client, self._workers, self._home = client, list(workers), home
        self._name = f"knockdeploy-{secrets.token_hex(8)}"
        self._inbox = Queue(self._name, client=client)
        self._tasks: dict[int, Task[None]] = {}
        self._outboxes: dict[str, Outbox] = {}
        self._opening = threading.Lock()
        self._n_given = 0
        self._is_over = threading.Event()
        self._is_lost = False
        self._answering = ThreadPoolExecutor(_ANSWERING, thread_name_prefix="home")
        threading.Thread(target=self._listen, name="listening", daemon=True).start()
        threading.Thread(target=self._look, name="looking", daemon=True).start()

    @property
    def is_gone(self) -> bool:
        """Whether the scheduler or all workers are gone: Dask drops our tasks with them."""
        return self._is_lost or self._client.status != "running"

    def take(self, turn: Turn) -> Future[Outcome]:
        """Have Dask choose a worker for a turn."""
        self._n_given += 1
        number = self._n_given
        future = self._home.expect(number)
        try:
            self._submit(number, turn)
        except Exception:  # noqa: BLE001  # whatever it is: the scheduler is gone
            self._lose_all()
        return future

    def _submit(self, number: int, turn: Turn) -> None:
        task = self._tasks[number] = self._client.submit(
            take_away,
            pickle.dumps(Parcel.of(turn)),
            self._name,
            number,
            key=f"{turn.host.name}-{self._name}-{number}",
            workers=self._workers,
            pure=False,
        )
        task.add_done_callback(lambda _task: self._done(number))

    def release(self) -> None:
        """Do nothing: each turn asks by itself whether the run was stopped."""

    def end(self, *, wait: bool) -> None:
        """Close the queues; a turn that nobody waits for any more stops by itself."""
        self._is_over.set()
        self._answering.shutdown(wait=wait, cancel_futures=True)
        if self.is_gone:
            return
        for outbox in self._outboxes.values():
            outbox.close()
        self._inbox.close()
        self._client.close(timeout=_LOOK_S)

    def _done(self, number: int) -> None:
        self._tasks.pop(number, None)
        self._home.lose(number)  # does nothing if the outcome came first, as it should

    def _listen(self) -> None:
        try:
            for message in heard(self._inbox, self._is_over.is_set):
                self._answer(*message)
        except Exception:  # noqa: BLE001  # as above
            self._lose_all()

    def _look(self) -> None:
        try:
            while not self._is_over.wait(_LOOK_S):
                self._miss()
        except Exception:  # noqa: BLE001  # as above
            self._lose_all()

    def _miss(self) -> None:
        """Give up the turns of workers that are gone; a busy scheduler is asked again later."""
        ask = self._client.scheduler.ncores  # type: ignore[union-attr]  # None is as good as gone
        try:
            there = self._client.sync(ask, callback_timeout=_ASKED_S)
        except TimeoutError:
            return
        for worker in [each for each in self._workers if each not in there]:
            self._home.lose_all(worker)
        if not any(each in there for each in self._workers):
            self._lose_all()

    def _lose_all(self) -> None:
        """Give up all turns, and accept no more."""
        self._is_lost = True
        self._home.lose_all()

    def _answer(
        self,
        worker: str,
        number: int,
        is_question: bool,  # noqa: FBT001  # as it comes
        what: str,
        words: tuple[object, ...],
    ) -> None:
        if is_question:
            self._answering.submit(self._answer_to, worker, number, what, words)
            return
        with suppress(HomeLostError):  # of a turn that was given up
            self._home.answer(number, what, words)

    def _answer_to(self, worker: str, number: int, what: str, words: tuple[object, ...]) -> None:
        try:
            answer = (True, self._home.answer(number, what, words))
        except (Exception, HomeLostError) as error:  # noqa: BLE001  # raised there
            answer = (False, error)
        self._outbox_of(worker).put(number, *answer)

    def _outbox_of(self, worker: str) -> Outbox:
        with self._opening:
            if worker not in self._outboxes:
                queue = Queue(box_of(self._name, worker), client=self._client)
                self._outboxes[worker] = Outbox(queue, self._lose_all)
            return self._outboxes[worker]
