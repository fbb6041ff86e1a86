"""A Dask scheduler and its workers, as processes of their own on loopback addresses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from e2e.watched import eventually


@dataclass(frozen=True)
class Workers:
    """``address`` is the scheduler's."""

    address: str
    processes: tuple[subprocess.Popen[bytes], ...]
    scheduler: subprocess.Popen[bytes]


@contextmanager
def program(
    folder: Path, says: str, *words: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a program of Dask's; yield it, and what it says after ``says``."""
    log = Path(mkdtemp(dir=folder)) / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", *words, "--no-dashboard"],
            stdout=stream,
            stderr=stream,
            env={**os.environ, **settings},
            cwd=log.parent,
        )
    found: list[str] = []

    def has_said() -> bool:
        found[:] = re.findall(rf"{says}\s*(\S+)", log.read_text())
        assert found or process.poll() is None, log.read_text()
        return bool(found)

    try:
        eventually(has_said)
        yield process, found[0]
    finally:
        process.kill()
        process.wait()


Program = AbstractContextManager[tuple[subprocess.Popen[bytes], str]]


def worker(folder: Path, scheduler: str, *words: str, **settings: str) -> Program:
    """Run a worker of four threads."""
    command = ("distributed.cli.dask_worker", scheduler, "--no-nanny", "--nthreads", "4", *words)
    return program(folder, "Registered to:", *command, **settings)


@contextmanager
def cluster(
    folder: Path,
    n_workers: int = 2,
    protocol: str = "tcp",
    settings: Mapping[str, str] | None = None,
) -> Iterator[Workers]:
    """Run a scheduler, and so many workers of four threads each; ``settings`` are Dask's own."""
    own = settings or {}
    where = ("--host", "127.0.0.1", "--protocol", protocol)
    with ExitStack() as stack:
        command = ("distributed.cli.dask_scheduler", "--port", "0", *where)
        run = stack.enter_context
        scheduler, address = run(program(folder, "Scheduler at:", *command, **own))
        ran = [run(worker(folder, address, *where, **own))[0] for _ in range(n_workers)]
        yield Workers(address, tuple(ran), scheduler)
