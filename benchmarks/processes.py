"""Processes that a benchmark starts: each on its own cores, measured or kept, and always ended."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_END_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a whole process took, from its start to its end, and what it said."""

    status: int
    wall_s: float
    cpu_s: float
    stdout: str
    stderr: str


def client_core() -> set[int]:
    """Return the core of the measured process."""
    return {min(os.sched_getaffinity(0))}


def all_cores() -> set[int]:
    """Return every core that is ours."""
    return os.sched_getaffinity(0)


def other_cores() -> set[int]:
    """Return the cores of everything else: all but the client's, where there are more than one."""
    return os.sched_getaffinity(0) - client_core() or client_core()


def measure(
    command: Sequence[str],
    *,
    within_s: float,
    cores: set[int] | None = None,
    begun: Callable[[int], object] = lambda _pid: None,
) -> Usage:
    """Run a command alone on its core, or on ``cores``; killed if it takes over ``within_s``.

    The processor time is that of all its processes. ``begun`` gets its id at once.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started_s = time.perf_counter()
        with _on(cores or client_core()):
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        watchdog = threading.Timer(within_s, process.kill)
        watchdog.start()
        begun(process.pid)
        try:
            # wait4 and not wait: only it tells the resources of this one child.
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - started_s
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            watchdog.cancel()
        out.seek(0)
        err.seek(0)
        took_s = usage.ru_utime + usage.ru_stime
        return Usage(process.returncode, wall_s, took_s, out.read(), err.read())


def cpu_s(pid: int) -> float:
    """Return the CPU time that a running process has taken so far."""
    # After the name in parentheses, which may hold blanks: utime and stime are proc(5)'s 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def background(command: Sequence[str], cores: set[int] | None = None) -> Iterator[int]:
    """Run a process that says ``ready``, from then until the block ends; yields its id.

    It has ``cores``, or all but the client's.
    """
    with _on(cores or other_cores()):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # noqa: S101  # for the type checker
    try:
        if not process.stdout.readline().startswith("ready"):
            message = f"{' '.join(command[:4])} ... did not start"
            raise RuntimeError(message)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """Give these cores to the children started in the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
