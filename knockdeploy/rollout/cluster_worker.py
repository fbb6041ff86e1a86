"""A worker of Dask: takes turns, and asks who started the run by one way for all of them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any, Final

from distributed import Client, Queue, Status, Worker, get_client, get_worker

from knockdeploy import gc_tuning
from knockdeploy.rollout.post import Outbox, heard, wake
from knockdeploy.rollout.progress import COLLECTED_EACH
from knockdeploy.rollout.remote_turn import HomeLostError, take

_LOOK_S: Final = 1.0
"""How soon a turn that nobody waits for any more is missed."""


def box_of(run: str, worker: str) -> str:
    """Return the name of the queue by which a worker gets its answers."""
    return f"{run}-{worker}"


def take_away(sealed: bytes, run: str, number: int) -> None:
    """Take a turn: what a worker runs."""
    gc_tuning.collect()  # as in processes of our own, whoever started this one
    worker = get_worker()
    key = worker.get_current_task()
    with _post(run, worker.address, get_client()) as post, post.answers_to(number) as answers:
        home = _WayHome(post, number, answers, lambda: _is_wanted(worker, key))
        take(sealed, worker.address, home)
    if number % COLLECTED_EACH == 0:
        gc.collect()


def _is_wanted(worker: Worker, key: Any) -> bool:  # noqa: ANN401  # as Dask has it
    """Tell whether somebody waits for a task: the scheduler knows by their connection."""
    task = worker.state.tasks.get(key)
    return worker.status is Status.running and task is not None and task.state == "executing"


class _Post:
    """The way home of one run's turns."""

    def __init__(self, run: str, here: str, client: Client) -> None:
        self.n_turns = 0
        self.is_lost = False
        self._is_over = threading.Event()
        self._here = here
        self._answers: dict[int, SimpleQueue[tuple[bool, Any]]] = {}
        self._back = Queue(box_of(run, here), client=client)
        self._there = Outbox(Queue(run, client=client), self._lose)
        self._listening = threading.Thread(target=self._listen, name="answers", daemon=True)
        self._listening.start()

    @contextmanager
    def answers_to(self, number: int) -> Iterator[SimpleQueue[tuple[bool, Any]]]:
        """Yield what gets the answers to a turn, until the block ends."""
        self._answers[number] = SimpleQueue()
        yield self._answers[number]
        del self._answers[number]

    def send(self, number: int, what: str, words: tuple[object, ...], *, is_question: bool) -> None:
        """Send something of a turn.

        Raises:
            HomeLostError: there is no way any more.
        """
        if self.is_lost:
            raise HomeLostError
        self._there.put(self._here, number, is_question, what, words)

    def close(self) -> None:
        """Have all sent, and hear nothing any more."""
        self._there.close()
        self._is_over.set()
        with suppress(Exception):  # of a scheduler that is gone
            wake(self._back)
            self._listening.join()
            self._back.close()

    def _listen(self) -> None:
        try:
            for number, *answer in heard(self._back, self._is_over.is_set):
                if answers := self._answers.get(number):  # else its turn was given up
                    answers.put((answer[0], answer[1]))
        except Exception:  # noqa: BLE001  # whatever it is: the scheduler is gone
            self._lose()

    def _lose(self) -> None:
        self.is_lost = True


_posts: Final[dict[str, _Post]] = {}
_opening: Final = threading.Lock()


@contextmanager
def _post(run: str, here: str, client: Client) -> Iterator[_Post]:
    """Have the way home, until the last of the run's turns here is over."""
    with _opening:
        post = _posts.get(run) or _posts.setdefault(run, _Post(run, here, client))
        post.n_turns += 1
    try:
        yield post
    finally:
        with _opening:
            post.n_turns -= 1
            if not post.n_turns:
                del _posts[run]
                post.close()


class _WayHome:
    """One turn's way home."""

    def __init__(
        self,
        post: _Post,
        number: int,
        answers: SimpleQueue[tuple[bool, Any]],
        is_wanted: Callable[[], bool],
    ) -> None:
        self._post, self._number = post, number
        self._answers, self._is_wanted = answers, is_wanted
        self._lock = threading.Lock()

    def tell(self, what: str, *words: object) -> None:
        """Say something; nobody answers."""
        self._post.send(self._number, what, words, is_question=False)

    def ask(self, what: str, *words: object) -> Any:  # noqa: ANN401  # whatever the answer is
        """Return the answer, or raise what it was at home; it may take its time."""
        with self._lock:
            self._post.send(self._number, what, words, is_question=True)
            is_answer, answer = self._answered()
        if is_answer:
            return answer
        raise answer

    def _answered(self) -> tuple[bool, Any]:
        while True:
            with suppress(Empty):
                return self._answers.get(timeout=_LOOK_S)
            if self._post.is_lost or not self._is_wanted():
                raise HomeLostError
