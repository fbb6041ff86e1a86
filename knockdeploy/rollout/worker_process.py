"""A process that takes turns: what it tells, logs and comes to goes to whoever forked it."""

from __future__ import annotations

import gc
import logging
import logging.handlers
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from nornir.core import Nornir

from knockdeploy.change.job import Job
from knockdeploy.cores import leave_signals_home
from knockdeploy.device import jump_host
from knockdeploy.rollout.progress import COLLECTED_EACH
from knockdeploy.rollout.turn import Turn, Verb
from knockdeploy.stop_flag import StopFlag


def work(
    pipe: Connection, not_ours: Sequence[Connection], n_threads: int, nornir: Nornir, job: Job
) -> None:
    """Take turns until told to end; if whoever started us is gone, leave the routers at once.

    ``not_ours`` are the other ends: they would be there as long as we are.
    """
    leave_signals_home()
    for each in not_ours:
        each.close()
    lock, stop = threading.Lock(), StopFlag()

    def send(*message: object) -> None:
        with lock:
            pipe.send(message)

    _log_by(send)
    ours = {kind: partial(send, kind) for kind in ("tell", "show", "hear")}
    job = replace(job, stop=stop, **ours)  # type: ignore[arg-type]  # each by its name

    def take(number: int, host: str, verb: Verb) -> None:
        turn = Turn(nornir.inventory.hosts[host], nornir.config, verb, job)
        send("end", number, turn.take())
        if number % COLLECTED_EACH == 0:
            gc.collect()

    with ThreadPoolExecutor(n_threads, thread_name_prefix="router") as threads:
        while (message := _received(pipe)) != ():
            if message is None:
                stop.set()
            else:
                threads.submit(take, *message)
    jump_host.log_out()


def _received(pipe: Connection) -> Any:  # noqa: ANN401  # as ``Processes`` sends it
    try:
        return pipe.recv()
    except (EOFError, OSError):  # reset, where it had not read all that we told it
        os._exit(1)


def _log_by(send: Callable[..., None]) -> None:
    """Have whoever started us handle what is logged here, and show it without secrets."""
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
    logging.root.handlers[:] = [_Forward(send)]


class _Forward(logging.handlers.QueueHandler):
    """Sends records."""

    def __init__(self, send: Callable[..., None]) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # no queue: a pipe
        self._send = send

    def enqueue(self, record: logging.LogRecord) -> None:
        """Send a record."""
        self._send("log", record)
