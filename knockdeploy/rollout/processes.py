"""Turns taken in processes of their own, as many as there are cores, each with its threads.

They are forked, so that project and libraries are there and in memory once. Which turn, and what
became of it, goes through a pipe, and so does what is told on the way. A process that dies leaves
its routers to their own timers: their futures raise ``WorkerLostError``.
"""

from __future__ import annotations

import gc
import logging
import math
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from nornir.core import Nornir

from knockdeploy.change.job import Job
from knockdeploy.cores import without_signals
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.turn import Turn, WorkerLostError
from knockdeploy.rollout.worker_process import work


class Processes:
    """Runs turns on hosts of ``nornir``; what they tell on the way goes to ``job``.

    Not to be made while other threads run: a lock that one holds stays locked in the forks.
    """

    def __init__(self, n_at_once: int, nornir: Nornir, job: Job) -> None:
        self.n_at_once = n_at_once
        n_processes = min(n_at_once, len(os.sched_getaffinity(0)))
        n_threads = math.ceil(n_at_once / n_processes)
        self._is_released = False
        gc.freeze()  # what is there is shared: looking for garbage in it would copy it
        with without_signals():
            forked = list(_forked(n_processes, n_threads, nornir, job))
        self._workers = [_Worker(process, pipe, job) for process, pipe in forked]

    @property
    def is_gone(self) -> bool:
        """Whether all have died."""
        return not any(worker.is_alive for worker in self._workers)

    def take(self, turn: Turn) -> Future[Outcome]:
        """Give a turn to the process that has the fewest."""
        alive = [worker for worker in self._workers if worker.is_alive]
        if not alive:
            gone: Future[Outcome] = Future()
            gone.set_exception(WorkerLostError())
            return gone
        return min(alive, key=lambda worker: worker.n_turns).take(turn)

    def release(self) -> None:
        """Tell all processes that the run is to stop."""
        if self._is_released:
            return
        self._is_released = True
        for worker in self._workers:
            worker.send(None)

    def end(self, *, wait: bool) -> None:
        """End the processes, once they have nothing to do if ``wait``."""
        for worker in self._workers:
            worker.end(wait=wait)


class _Worker:
    """Our end of one process."""

    def __init__(self, process: BaseProcess, pipe: Connection, job: Job) -> None:
        self._process, self._pipe, self._job = process, pipe, job
        self._futures: dict[int, Future[Outcome]] = {}
        self._n_given = 0
        self._lock = threading.Lock()
        self.is_alive = True
        self._reader = threading.Thread(target=self._read, name="worker", daemon=True)
        self._reader.start()

    @property
    def n_turns(self) -> int:
        """How many turns it has not ended."""
        return len(self._futures)

    def take(self, turn: Turn) -> Future[Outcome]:
        """Send a turn."""
        future: Future[Outcome] = Future()
        with self._lock:
            self._n_given += 1
            number = self._n_given
            self._futures[number] = future
        if not self.send((number, turn.host.name, turn.verb)):
            self._lose()
        return future

    def send(self, message: object) -> bool:
        """Send something; return whether the process was there to take it."""
        try:
            with self._lock:
                self._pipe.send(message)
        except OSError:
            return False
        return True

    def end(self, *, wait: bool) -> None:
        """End the process: it works on while turns are not ended, unless nobody waits."""
        if wait:
            self.send(())
            self._process.join()
            self._reader.join()
        else:
            self._process.kill()

    def _read(self) -> None:
        heard: dict[str, Callable[..., object]] = {
            "tell": self._job.tell,
            "show": self._job.show,
            "hear": self._job.hear,
            "log": lambda record: logging.getLogger(record.name).handle(record),
            "end": self._end,
        }
        try:
            while True:
                kind, *words = self._pipe.recv()
                heard[kind](*words)
        except (EOFError, OSError):
            self._lose()

    def _end(self, number: int, outcome: Outcome) -> None:
        if future := self._futures.pop(number, None):  # None: it was given up as lost
            future.set_result(outcome)

    def _lose(self) -> None:
        self.is_alive = False
        for number in list(self._futures):
            if future := self._futures.pop(number, None):
                future.set_exception(WorkerLostError())


def _forked(
    n_processes: int, n_threads: int, nornir: Nornir, job: Job
) -> Iterator[tuple[BaseProcess, Connection]]:
    context = multiprocessing.get_context("fork")
    ours: list[Connection] = []
    for _ in range(n_processes):
        pipe, theirs = context.Pipe()
        ours.append(pipe)
        process = context.Process(target=work, args=(theirs, ours, n_threads, nornir, job))
        process.start()
        theirs.close()
        yield process, pipe
