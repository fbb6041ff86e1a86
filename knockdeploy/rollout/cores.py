"""Work that asks no router, on all cores: forked, so that nothing of a large project is copied."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Final, TypeVar

from knockdeploy.errors import KnockDeployError

T = TypeVar("T")
FEWEST: Final = 100
"""Fewer pieces of work are done sooner than processes are started for them."""
_AT_ONCE: Final = 10
"""Pieces that a process gets at a time; with more, cores would be idle at the end."""
ROUND: Final = 1000
"""Pieces after which new processes are forked: what the old ones have cached is freed."""
_work: list[Callable[[str], Any]] = []
"""What a forked process does; it is there as the process begins."""


def on_all_cores(work: Callable[[str], T], names: Sequence[str]) -> Iterator[T]:
    """Yield what ``work`` makes of each name, in order; whoever stops asking stops the work.

    Not to be called while other threads run: a lock that one holds stays locked in the forks.

    Raises:
        KnockDeployError: somebody ended one of the processes.
    """
    n_cores = _n_cores()
    if n_cores == 1 or len(names) < FEWEST:
        yield from map(work, names)
        return
    yield work(names[0])  # what this loads, all processes have from the start
    gc.freeze()  # what is there is shared: looking for garbage in it would copy it
    for first in range(1, len(names), ROUND):
        yield from _in_processes(work, names[first : first + ROUND], n_cores)


def _in_processes(work: Callable[[str], T], names: Sequence[str], n_cores: int) -> Iterator[T]:
    processes = ProcessPoolExecutor(n_cores, get_context("fork"), _begin, (work,))
    try:
        yield from processes.map(_do, names, chunksize=_AT_ONCE)
    except BrokenProcessPool:
        msg = "a process that read for this command was killed; is there memory for all of them?"
        raise KnockDeployError(msg) from None
    finally:
        processes.shutdown(cancel_futures=True)


def _n_cores() -> int:
    """Return how many cores are ours; one where forking is not safe, outside Linux."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _begin(work: Callable[[str], Any]) -> None:
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # whoever forked us is told, and stops us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _work[:] = [work]


def _do(name: str) -> Any:  # noqa: ANN401  # what the work makes
    return _work[0](name)
