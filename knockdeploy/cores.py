"""Work that asks no router, on all cores: forked, so that nothing of a large project is copied."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, Final, TypeVar

from knockdeploy.errors import KnockDeployError

A = TypeVar("A")
T = TypeVar("T")
FOR_HOME: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that are for whoever forks, who then ends what was forked."""
FEWEST: Final = 100
"""Fewer pieces of work are done sooner than processes are started for them."""
_AT_ONCE: Final = 10
"""Pieces that a process gets at a time; with more, cores would be idle at the end."""
ROUND: Final = 1000
"""Pieces after which new processes are forked: what the old ones have cached is freed."""
_work: list[Callable[[Any], Any]] = []
"""What a forked process does; it is there as the process begins."""


def on_all_cores(work: Callable[[A], T], pieces: Sequence[A]) -> Iterator[T]:
    """Yield what ``work`` makes of each piece, in order; whoever stops asking stops the work.

    Not to be called while other threads run: a lock that one holds stays locked in the forks.

    Raises:
        KnockDeployError: somebody ended one of the processes.
    """
    n_cores = _n_cores()
    if n_cores == 1 or len(pieces) < FEWEST:
        yield from map(work, pieces)
        return
    yield work(pieces[0])  # what this loads, all processes have from the start
    gc.freeze()  # what is there is shared: looking for garbage in it would copy it
    for first in range(1, len(pieces), ROUND):
        yield from _in_processes(work, pieces[first : first + ROUND], n_cores)


def _in_processes(work: Callable[[A], T], pieces: Sequence[A], n_cores: int) -> Iterator[T]:
    processes = ProcessPoolExecutor(n_cores, get_context("fork"), _begin, (work,))
    try:
        with without_signals():
            made = processes.map(_do, pieces, chunksize=_AT_ONCE)
        yield from made
    except BrokenProcessPool:
        msg = "a process that worked for this command was killed; is there memory for all of them?"
        raise KnockDeployError(msg) from None
    finally:
        processes.shutdown(cancel_futures=True)


@contextmanager
def without_signals() -> Iterator[None]:
    """Hold back what would end a forked process before it can ignore it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, FOR_HOME)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_signals_home() -> None:
    """Ignore, in a process that was forked without them, the signals for whoever forked it."""
    for number in FOR_HOME:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FOR_HOME)


def _n_cores() -> int:
    """Return how many cores are ours; one where forking is not safe, outside Linux."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _begin(work: Callable[[Any], Any]) -> None:
    leave_signals_home()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which the executor ends us
    Thread(target=_end_with_parent, daemon=True).start()
    _work[:] = [work]


def _end_with_parent() -> None:
    """End once whoever forked us is gone: nobody else would tell us, if it was killed."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _do(piece: Any) -> Any:  # noqa: ANN401  # what the work takes and makes
    return _work[0](piece)
