"""Turns taken in processes of their own, as many as there are cores, each with its threads.

A turn and its outcome go through a pipe, and so does what is told on the way. A process that dies
leaves its routers to their own timers: their futures raise ``WorkerLostError``.
"""

from __future__ import annotations

import logging
import logging.handlers
import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from knockdeploy.change.job import Job
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.payload import Parcel
from knockdeploy.rollout.turn import Turn, WorkerLostError


class Processes:
    """Turns taken by processes; ``job`` has who is told of them."""

    def __init__(self, n_at_once: int, job: Job) -> None:
        self.n_at_once = n_at_once
        n_processes = min(n_at_once, len(os.sched_getaffinity(0)))
        n_threads = math.ceil(n_at_once / n_processes)
        level = logging.getLogger("knockdeploy").level
        self._is_released = False
        self._workers = [_Worker(n_threads, level, job) for _ in range(n_processes)]

    @property
    def is_gone(self) -> bool:
        """Whether all have died."""
        return not any(worker.is_alive for worker in self._workers)

    def take(self, turn: Turn) -> Future[Outcome]:
        """Have a turn taken by whoever has the least to do."""
        alive = [worker for worker in self._workers if worker.is_alive]
        if not alive:
            gone: Future[Outcome] = Future()
            gone.set_exception(WorkerLostError())
            return gone
        return min(alive, key=lambda worker: worker.n_turns).take(turn)

    def release(self) -> None:
        """Have nobody wait for a router's own timer any more."""
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

    def __init__(self, n_threads: int, level: int, job: Job) -> None:
        # Spawned, not forked: a thread of ours may be in the middle of an import.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, n_threads, level))
        self._process.start()
        theirs.close()
        self._job = job
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
        if not self.send((number, Parcel.of(turn))):
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
        self._futures.pop(number).set_result(outcome)

    def _lose(self) -> None:
        self.is_alive = False
        for number in list(self._futures):
            if future := self._futures.pop(number, None):
                future.set_exception(WorkerLostError())


def work(pipe: Connection, n_threads: int, level: int) -> None:
    """Take turns until told to end; if whoever started us is gone, leave the routers at once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are for whoever started us
    lock, stop = threading.Lock(), threading.Event()

    def send(*message: object) -> None:
        with lock:
            pipe.send(message)

    if level:
        logger = logging.getLogger("knockdeploy")
        logger.setLevel(level)
        logger.addHandler(_Forward(send))
    ours = {kind: partial(send, kind) for kind in ("tell", "show", "hear")} | {"stop": stop}
    with ThreadPoolExecutor(n_threads, thread_name_prefix="router") as threads:
        while True:
            try:
                message = pipe.recv()
            except EOFError:
                os._exit(1)
            if message == ():
                return
            if message is None:
                stop.set()
            else:
                number, parcel = message
                threads.submit(_take, number, parcel, ours, send)


def _take(number: int, parcel: Parcel, ours: dict[str, Any], send: Callable[..., None]) -> None:
    outcome = parcel.unpacked(**ours).take()
    send("end", number, outcome)


class _Forward(logging.handlers.QueueHandler):
    """Sends records to whoever started us, who shows them without secrets."""

    def __init__(self, send: Callable[..., None]) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # no queue: a pipe
        self._send = send

    def enqueue(self, record: logging.LogRecord) -> None:
        """Send a record."""
        self._send("log", record)
