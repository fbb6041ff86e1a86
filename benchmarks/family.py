"""What a command takes with all processes it starts: time, and memory that no two of them share."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks.processes import Usage, all_cores, cpu_s, measure

_LOOK_S: Final = 0.25
_WITHIN_S: Final = 3600.0
_PSS: Final = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Taken(Usage):
    """``memory_mb`` is the most at a time; ``others_cpu_s`` that of processes that were there."""

    memory_mb: float
    others_cpu_s: float


def measured(command: Sequence[str], others: Sequence[int] = ()) -> Taken:
    """Run a command to its end, on all cores."""
    most_mb, is_over = 0.0, threading.Event()

    def watch(pid: int) -> None:
        nonlocal most_mb
        while not is_over.wait(_LOOK_S):
            most_mb = max(most_mb, sum(map(_memory_mb, family(pid))))

    def begun(pid: int) -> None:
        threading.Thread(target=watch, args=(pid,), daemon=True).start()

    before_s = sum(map(cpu_s, others))
    usage = measure(command, within_s=_WITHIN_S, cores=all_cores(), begun=begun)
    is_over.set()
    theirs_s = sum(map(cpu_s, others)) - before_s
    return Taken(**asdict(usage), memory_mb=most_mb, others_cpu_s=theirs_s)


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
