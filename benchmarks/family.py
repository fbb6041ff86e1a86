"""What a command takes with all processes it starts: time, and memory that no two of them share."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.processes import cpu_s

_LOOK_S: Final = 0.25
_PSS: Final = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Taken:
    """``memory_mb`` is the most at a time; ``others_cpu_s`` that of processes that were there."""

    status: int
    wall_s: float
    cpu_s: float
    memory_mb: float
    others_cpu_s: float
    stdout: str
    stderr: str


def measured(command: Sequence[str], others: Sequence[int] = ()) -> Taken:
    """Run a command to its end."""
    before = sum(map(cpu_s, others))
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began_s = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        most = [0.0]
        is_over = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, most, is_over))
        watch.start()
        # wait4 and not wait: only it tells the resources of this child and of its children.
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began_s
        process.returncode = os.waitstatus_to_exitcode(status)
        is_over.set()
        watch.join()
        out.seek(0)
        err.seek(0)
        used_s = usage.ru_utime + usage.ru_stime
        theirs = sum(map(cpu_s, others)) - before
        said = (out.read(), err.read())
    return Taken(process.returncode, wall_s, used_s, most[0], theirs, *said)


def _watch(pid: int, most: list[float], is_over: threading.Event) -> None:
    while not is_over.wait(_LOOK_S):
        most[0] = max(most[0], sum(map(_memory_mb, family(pid))))


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield pid
    with contextlib.suppress(OSError):
        for file in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in file.read_text(encoding="ascii").split():
                yield from family(int(child))


def _memory_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        if found := _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")):
            return int(found[1]) / 1000
    return 0.0
