"""A large lab: its routers run in several processes, forked by the one that begins it."""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Final

from knockdeploy.cores import leave_signals_home, without_signals
from knockdeploy.errors import InputError, KnockDeployError, Mistake
from knockdeploy.lab import addresses
from knockdeploy.lab.addresses import Place
from knockdeploy.lab.fabric import LabOptions, Parts, running

LARGE: Final = 100
"""Routers that one process runs as well as several."""
_FILES_EACH: Final = 40
"""Of a router: six doors, a socket for each knock and decoy at both addresses, its sessions."""
_FILES_OF_PROCESS: Final = 50
_ENOUGH: Final = 65_536


@dataclass(frozen=True, slots=True)
class Spread:
    """Running routers, wherever they run, and the project written for them."""

    places: Sequence[Place]
    config_file: Path
    _processes: Sequence[ForkProcess]

    def check(self) -> None:
        """Return if all routers run.

        Raises:
            KnockDeployError: somebody ended some of them.
        """
        if not all(process.is_alive() for process in self._processes):
            msg = "a process of the lab was ended, and its routers with it: start the lab again"
            raise KnockDeployError(msg)


def open_files() -> int:
    """Raise the limit of open files as far as the system allows; return how many that are."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = _ENOUGH if most == resource.RLIM_INFINITY else max(now, min(most, _ENOUGH))
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, most))
    return number


def processes_for(n_routers: int, n_files: int) -> int:
    """Return in how many processes so many routers run, of which each may open ``n_files``.

    Raises:
        InputError: one process cannot even hold the doors of all, which it hands to the others.
    """
    n_doors = n_routers * len(addresses.places_of(1)[0].doors) + _FILES_OF_PROCESS
    if n_doors > n_files:
        message = f"{n_routers} routers need {n_doors} open files, and a process may have {n_files}"
        raise InputError(Mistake(message, "fewer routers, or a higher `ulimit -n`"))
    n_fit = max(1, (n_files - _FILES_OF_PROCESS) // _FILES_EACH)
    wanted = len(os.sched_getaffinity(0)) if n_routers > LARGE else 1
    return max(wanted, -(-n_routers // n_fit))


@contextmanager
def spread(
    parts: Parts, config_file: Path, options: LabOptions, n_processes: int
) -> Iterator[Spread]:
    """Run routers in so many processes, until the block ends or this process does.

    They are forked, so no other thread of ours may run: a lock that it holds would never be
    released there. Making keys takes threads, so each process makes its own.
    """
    with ExitStack() as stack:
        begun = [
            stack.enter_context(_process(part, options)) for part in _shares(parts, n_processes)
        ]
        addresses.close(parts.listeners)
        for _, pipe in begun:
            _await_ready(pipe)
        yield Spread(parts.places, config_file, [process for process, _ in begun])


def _shares(parts: Parts, number: int) -> Iterator[Parts]:
    """Yield an equal share of the routers for each process."""
    n_keys = max(1, parts.n_keys // number)
    for k in range(number):
        places, starts = parts.places[k::number], parts.starts[k::number]
        yield replace(parts, places=places, starts=starts, n_keys=n_keys)


@contextmanager
def _process(parts: Parts, options: LabOptions) -> Iterator[tuple[ForkProcess, Connection]]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(parts, options, ours, theirs))
    with without_signals():
        process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        ours.close()
        process.join()


def _run(parts: Parts, options: LabOptions, ours: Connection, pipe: Connection) -> None:
    """Be a process: run some routers until whoever began them is gone."""
    leave_signals_home()
    ours.close()
    mine = {at: parts.listeners.pop(at) for place in parts.places for at in place.doors}
    addresses.close(parts.listeners)
    try:
        with running(replace(parts, listeners=mine), options):
            pipe.send(None)
            pipe.poll(None)  # until its other end is closed
    except (KnockDeployError, OSError) as error:
        pipe.send(error)


def _await_ready(pipe: Connection) -> None:
    try:
        error = pipe.recv()
    except EOFError:
        error = KnockDeployError("a process of the lab did not start")
    if error:
        raise error
