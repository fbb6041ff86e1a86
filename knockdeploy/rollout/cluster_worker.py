"""What runs on a Dask worker: turns, which share one connection to whoever started the run."""

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
"""How often a turn that waits for an answer checks that it has not been given up."""


def box_of(run: str, worker: str) -> str:
    """Return the name of the queue with the answers for one worker."""
    return f"{run}-{worker}"


def take_away(sealed: bytes, run: str, number: int) -> None:
    """Run one turn, as a Dask task: ``sealed`` is its pickle, ``run`` the name of the queue."""
    gc_tuning.collect()  # as in our own processes
    worker = get_worker()
    key = worker.get_current_task()
    with _post(run, worker.address, get_client()) as post, post.answers_to(number) as answers:
        home = _WayHome(post, number, answers, lambda: _is_wanted(worker, key))
        take(sealed, worker.address, home.ask, home.tell)
    if number % COLLECTED_EACH == 0:
        gc.collect()


def _is_wanted(worker: Worker, key: Any) -> bool:  # noqa: ANN401  # as Dask has it
    """Tell whether whoever started the run still waits for this task; else Dask cancels it."""
    task = worker.state.tasks.get(key)
    return worker.status is Status.running and task is not None and task.state == "executing"


class _Post:
    """The connection that all turns of one run share on this worker: two queues and a thread."""

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
        """Yield the queue that gets the answers for one turn, until the block ends."""
        self._answers[number] = SimpleQueue()
        yield self._answers[number]
        del self._answers[number]

    def send(self, number: int, what: str, words: tuple[object, ...], *, is_question: bool) -> None:
        """Send a message of a turn.

        Raises:
            HomeLostError: the connection is lost.
        """
        if self.is_lost:
            raise HomeLostError
        self._there.put(self._here, number, is_question, what, words)

    def close(self) -> None:
        """Send what is still waiting, then close both queues."""
        self._there.close()
        self._is_over.set()
        with suppress(Exception):  # of a scheduler that is gone
            wake(self._back)
            self._listening.join()
            self._back.close()

    def _listen(self) -> None:
        try:
            for number, *answer in heard(self._back, self._is_over.is_set):
                if answers := self._answers.get(number):  # None: the turn is over
                    answers.put((answer[0], answer[1]))
        except Exception:  # noqa: BLE001  # whatever it is: the scheduler is gone
            self._lose()

    def _lose(self) -> None:
        self.is_lost = True


_posts: Final[dict[str, _Post]] = {}
_opening: Final = threading.Lock()


@contextmanager
def _post(run: str, here: str, client: Client) -> Iterator[_Post]:
    """Yield the connection of a run; the last of its turns on this worker closes it."""
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
    """What one turn asks and tells whoever started the run."""

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
        """Send a message that needs no answer."""
        self._post.send(self._number, what, words, is_question=False)

    def ask(self, what: str, *words: object) -> Any:  # noqa: ANN401  # whatever the answer is
        """Send a question; return the answer, or raise the error that it caused there."""
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
