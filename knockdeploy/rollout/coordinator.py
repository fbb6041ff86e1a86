"""The machine that started the run: answers the turns that run elsewhere, and keeps their files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from knockdeploy.change.job import Job
from knockdeploy.device.hostkeys import HostKeys, answers
from knockdeploy.errors import InputError
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.remote_turn import HomeLostError
from knockdeploy.rollout.turn import WorkerLostError
from knockdeploy.store.images import LOOKED_UP
from knockdeploy.store.state import KEY


@dataclass(slots=True)
class _Away:
    """One turn on another machine; ``where`` is the worker that began it."""

    future: Future[Outcome] = field(default_factory=Future)
    locks: ExitStack = field(default_factory=ExitStack)
    where: str | None = None


class Home:
    """Answers the questions of turns. Called from several threads; a turn asks one at a time."""

    def __init__(self, job: Job, host_keys: HostKeys) -> None:
        files = job.state.files
        self._files = files
        self._answers: dict[str, Callable[..., object]] = {
            "read": files.read,
            "write": self._write,
            "claim": files.claim,
            "change": files.change,
            "append": files.append,
            "names": files.names,
            "is_held": files.is_held,
            "has": files.has,
            "forget": files.forget,
            "is_stopped": job.stop.is_set,
            "tell": job.tell,
            "show": job.show,
            "hear": job.hear,
            **answers(host_keys),
        }
        self._of_turns: dict[str, Callable[..., object]] = {
            "begin": self._begin,
            "hold": self._hold,
            "end": self._end,
        }
        self._away: dict[int, _Away] = {}
        self._lock = threading.Lock()

    def expect(self, number: int) -> Future[Outcome]:
        """Return the future outcome of a turn that is about to be sent as this number."""
        self._away[number] = _Away()
        return self._away[number].future

    def answer(self, number: int, what: str, words: Iterable[object]) -> object:
        """Return the answer to a question; what this raises is raised in the turn.

        Raises:
            HomeLostError: the turn is over: it was given up, or another worker began it.
            Exception: whatever goes wrong with what was asked for.
        """
        away = self._away.get(number)
        if away is None:
            raise HomeLostError
        if what in self._of_turns:
            return self._of_turns[what](number, away, *words)
        return self._answers[what](*words)

    def lose(self, number: int) -> None:
        """Give up a turn whose worker is gone."""
        if away := self._over(number):
            away.future.set_exception(WorkerLostError())

    def lose_all(self, worker: str | None = None) -> None:
        """Give up all turns that have not ended, or those that one worker has begun."""
        for number, away in list(self._away.items()):
            if worker in {None, away.where}:
                self.lose(number)

    def _over(self, number: int) -> _Away | None:
        with self._lock:
            away = self._away.pop(number, None)
        if away:
            away.locks.close()
        return away

    def _begin(self, _number: int, away: _Away, where: str) -> dict[str, bytes | None]:
        """Begin a turn; return the files that each one reads: it asks for none of them."""
        with self._lock:
            if away.where is not None:  # Dask gives the tasks of a dead worker to another one
                raise HomeLostError
            away.where = where
        found = {}
        with suppress(InputError):  # told to the turn once it reads one
            for name in (KEY, *LOOKED_UP):
                found[name] = self._files.read(name)
        return found

    def _hold(self, _number: int, away: _Away, name: str, by: str) -> None:
        away.locks.enter_context(self._files.hold(name, by))

    def _end(self, number: int, away: _Away, outcome: Outcome) -> None:
        if self._over(number):
            away.future.set_result(outcome)

    def _write(self, name: str, content: bytes, is_new: bool, is_durable: bool) -> None:  # noqa: FBT001  # as they come
        self._files.write(name, content, is_new=is_new, is_durable=is_durable)
