"""Turns taken by Dask's workers, near the routers; journal and state folder stay here.

A turn is a task, and what it asks us goes through two queues of the scheduler. All of that is
secret: ``scheduler`` sees to it that the way is safe.
"""

from __future__ import annotations

import pickle
import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from distributed import Client, Queue, get_client, get_worker
from distributed import Future as Task

from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.coordinator import Home
from knockdeploy.rollout.payload import Parcel
from knockdeploy.rollout.remote_turn import HomeLostError, take
from knockdeploy.rollout.turn import Turn

_ANSWERING: Final = 8
"""Answers given side by side: one that waits for the disk holds no other turn."""
_LOOK_S: Final = 1.0
"""How soon a worker that is gone is missed."""
_HOME_S: Final = 30.0
"""How long a turn waits for an answer from home."""


class Cluster:
    """Turns taken by ``workers``: addresses, with how many threads each has."""

    def __init__(self, client: Client, workers: Mapping[str, int], home: Home) -> None:
        self.n_at_once = sum(workers.values())
        self._client, self._workers, self._home = client, list(workers), home
        self._name = f"knockdeploy-{secrets.token_hex(8)}"
        self._inbox = Queue(self._name, client=client)
        self._tasks: dict[int, Task[None]] = {}
        self._answers: dict[int, Queue] = {}
        self._n_given = 0
        self._is_over = threading.Event()
        self._is_lost = False
        self._answering = ThreadPoolExecutor(_ANSWERING, thread_name_prefix="home")
        self._listening = threading.Thread(target=self._listen, name="listening", daemon=True)
        self._listening.start()
        threading.Thread(target=self._look, name="looking", daemon=True).start()

    @property
    def is_gone(self) -> bool:
        """Whether the scheduler is, or all workers: with the way to it Dask forgets our tasks."""
        return self._is_lost or self._client.status != "running"

    def take(self, turn: Turn) -> Future[Outcome]:
        """Have a turn taken by the worker that Dask chooses."""
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
        """Do nothing: they ask whether to stop."""

    def end(self, *, wait: bool) -> None:
        """Hear nobody any more: a turn that is under way, where nobody waits, is left."""
        self._is_over.set()
        self._answering.shutdown(wait=wait, cancel_futures=True)
        if not self.is_gone:
            self._inbox.close()
            self._client.close(timeout=_LOOK_S)

    def _done(self, number: int) -> None:
        self._tasks.pop(number, None)
        if queue := self._answers.pop(number, None):
            queue.close()
        self._home.lose([number])  # unless its end was told, which comes before

    def _listen(self) -> None:
        """Hear the turns: without a timeout, of each of which the scheduler would write a log."""
        try:
            while not self._is_over.is_set():
                for message in (self._inbox.get(), *self._inbox.get(batch=True)):
                    self._answer(*pickle.loads(message))  # noqa: S301  # of our own workers
        except Exception:  # noqa: BLE001  # as above
            self._lose_all()

    def _look(self) -> None:
        try:
            while not self._is_over.wait(_LOOK_S):
                self._miss()
        except Exception:  # noqa: BLE001  # as above
            self._lose_all()

    def _miss(self) -> None:
        """Give up what workers have that are gone."""
        ask = self._client.scheduler.ncores  # type: ignore[union-attr]  # None is as good as gone
        there = self._client.sync(ask, callback_timeout=_HOME_S)
        for worker in [each for each in self._workers if each not in there]:
            self._home.lose(self._home.away_at(worker))
        if not any(each in there for each in self._workers):
            self._lose_all()

    def _lose_all(self) -> None:
        """Give up all turns, and take no other."""
        self._is_lost = True
        self._home.lose(self._home.all_away)

    def _answer(self, number: int, is_question: bool, what: str, words: tuple[object, ...]) -> None:  # noqa: FBT001  # as it comes
        if is_question:
            self._answering.submit(self._answer_to, number, what, words)
            return
        try:
            self._home.answer(number, what, words)
        except HomeLostError:
            return  # of a turn that was given up

    def _answer_to(self, number: int, what: str, words: tuple[object, ...]) -> None:
        try:
            answer = (True, self._home.answer(number, what, words))
        except (Exception, HomeLostError) as error:  # noqa: BLE001  # raised there
            answer = (False, error)
        if number not in self._answers:
            self._answers[number] = Queue(_back(self._name, number), client=self._client)
        self._answers[number].put(pickle.dumps(answer))


def _back(name: str, number: int) -> str:
    return f"{name}-{number}"


def take_away(sealed: bytes, name: str, number: int) -> None:
    """Take a turn: what a worker runs."""
    line = _Line(get_client(), name, number)
    try:
        take(sealed, get_worker().address, line)
    finally:
        line.close()


class _Line:
    """A turn's two queues."""

    def __init__(self, client: Client, name: str, number: int) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._there = Queue(name, client=client)
        self._back = Queue(_back(name, number), client=client)

    def tell(self, what: str, *words: object) -> None:
        """Say something; nobody answers."""
        self._send(what, words, is_question=False)

    def ask(self, what: str, *words: object) -> Any:  # noqa: ANN401  # whatever the answer is
        """Return the answer, or raise what it was at home."""
        with self._lock:
            self._send(what, words, is_question=True)
            try:
                is_answer, answer = pickle.loads(self._back.get(timeout=_HOME_S))  # noqa: S301  # of home
            except Exception as error:  # no answer, or no scheduler
                raise HomeLostError from error
        if is_answer:
            return answer
        raise answer

    def close(self) -> None:
        """Leave the queues to be forgotten."""
        self._there.close()
        self._back.close()

    def _send(self, what: str, words: tuple[object, ...], *, is_question: bool) -> None:
        try:
            self._there.put(pickle.dumps((self._number, is_question, what, words)))
        except Exception as error:  # no scheduler
            raise HomeLostError from error
