"""How a run grows with the number of its routers, and who takes their turns.

    python -m benchmarks.fleet [--turns 1000,10000] [--saved 1000,10000] [--simulated 200]
        [--routers 200] [--workers threads,processes,Dask]

Deployed is to virtual routers, which are processes of their own on the same cores: who waits for
whom, nobody can tell. So routers are also simulated: a turn plans from a saved configuration, and
has no wire; this tells how many cores are worth. A turn of ``--turns`` does not even plan; it has
all that is noted and kept of one. All of it takes five minutes; ``--routers 1000`` one and a half.
Times and memory are those of whole commands with all that they start, memory as pages that no two
of these share; others are Dask's scheduler and two workers, or the virtual routers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.family import Taken, family, measured
from benchmarks.processes import background
from benchmarks.saved import write
from benchmarks.simulated import prepare

_PYTHON: Final = (sys.executable, "-m")
_KNOCKDEPLOY: Final = (*_PYTHON, "knockdeploy")
_SIMULATED: Final = (*_PYTHON, "benchmarks.simulated")
_LINES: Final = 200
_PLANNED_LINES: Final = 1000
_WARMING: Final = 8
"""Routers of a run before the one that is measured: Dask's workers are there for days."""
_LACKING: Final = 10
_THREADS: Final = 20
_BASE_PORT: Final = 21_022
_OK: Final = (0, 2)  # a plan that has something to do, a check that found something


@dataclass(frozen=True, slots=True)
class Row:
    """What was done with how many, by whom, and what that took."""

    what: str
    number: int
    taken: Taken
    workers: str = ""

    @property
    def cpu_ms(self) -> float:
        """Of the command, a router."""
        return self.taken.cpu_s / self.number * 1000

    @property
    def others_ms(self) -> float:
        """Of processes that were there before, a router."""
        return self.taken.others_cpu_s / self.number * 1000


def deployed(folder: Path, workers: str, number: int) -> Row:
    """Deploy to fresh routers."""
    lab = folder / f"{workers}-{number}"
    size = ("--routers", str(number), "--base-port", str(_BASE_PORT))
    with _background((*_KNOCKDEPLOY, "lab", "up", str(lab), *size)) as routers:
        _settle(lab, workers)
        words = ("deploy", "-c", str(lab / "config.yaml"), "--yes", "--no-proof", "--json")
        taken = _done((*_KNOCKDEPLOY, *words), list(family(routers)))
    if json.loads(taken.stdout)["summary"] != {"deployed": number}:
        sys.exit(taken.stderr[-2000:])
    return Row("deploy", number, taken, workers)


def simulated(folder: Path, workers: str, number: int) -> Row:
    """Plan for so many, and keep what a deployment keeps of each."""
    place = folder / f"simulated-{workers}-{number}"
    with ExitStack() as stack:
        address, others = workers, list[int]()
        if workers == "Dask":
            address, *others = stack.enter_context(_dask(folder))
            _walked_by(address, folder / f"warming-{number}", _WARMING)
        taken = _walked_by(address, place, number, others)
        return Row("turns without a wire", number, taken, workers)


def _walked_by(workers: str, place: Path, number: int, others: Sequence[int] = ()) -> Taken:
    prepare(place, number, workers, _PLANNED_LINES)
    return _done((*_SIMULATED, str(place)), others)


def _settle(lab: Path, workers: str) -> None:
    """Have all routers in one stage, as many at once as the workers of Dask would have threads."""
    file = lab / "config.yaml"
    config: dict[str, Any] = yaml.safe_load(file.read_text())
    config["runner"]["options"]["num_workers"] = 2 * _THREADS
    rollout = {"canary": 0, "batch": "100%", "workers": workers}
    config["user_defined"]["knockdeploy"]["rollout"] = rollout
    file.write_text(yaml.safe_dump(config))


@contextmanager
def _dask(folder: Path) -> Iterator[tuple[Any, ...]]:
    """Run a scheduler and two workers; yield its address, and the processes."""
    file = Path(tempfile.mkstemp(dir=folder)[1])
    command = (*_PYTHON, "benchmarks.dask_node", str(file))
    with ExitStack() as stack:
        scheduler = stack.enter_context(_background(command))
        address = file.read_text()
        worker = (*command, address, str(_THREADS))
        yield address, scheduler, *(stack.enter_context(_background(worker)) for _ in range(2))


def _background(command: Sequence[str]) -> AbstractContextManager[int]:
    """Run a process on all cores, as what is measured does."""
    return background(command, os.sched_getaffinity(0))


def read(folder: Path, number: int) -> Iterator[Row]:
    """Have saved configurations looked at by each command that asks no router."""
    place = folder / f"saved-{number}"
    place.mkdir()
    write(place, number, _LINES, _LACKING)
    saved = ("--from", str(place / "saved"))
    commands = (
        ("lint",),
        ("render", "-o", str(place / "rendered")),
        ("plan", *saved),
        ("check", *saved),
    )
    for verb, *more in commands:
        taken = _done((*_KNOCKDEPLOY, verb, "-c", str(place / "config.yaml"), *more))
        yield Row(" ".join((verb, *(each for each in more if each[0] == "-"))), number, taken)


def walked(folder: Path, number: int) -> Row:
    """Walk through a run whose turns are simulated."""
    place = folder / f"turns-{number}"
    prepare(place, number)
    return Row("turns without a router", number, _done((*_SIMULATED, str(place))))


def _done(command: Sequence[str], others: Sequence[int] = ()) -> Taken:
    taken = measured(command, others)
    if taken.status not in _OK:
        sys.exit(f"{command}: {taken.status}\n{taken.stdout[-500:]}{taken.stderr[-2000:]}")
    return taken


def rows(chosen: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Yield what was asked for, the quickest first."""
    for number in chosen.turns:
        yield walked(folder, number)
    for number in chosen.saved:
        yield from read(folder, number)
    for number, workers in product(chosen.simulated, chosen.workers):
        yield simulated(folder, workers, number)
    for number, workers in product(chosen.routers, chosen.workers):
        if workers != "Dask":
            yield deployed(folder, workers, number)


def line(row: Row, seen: Sequence[Row]) -> str:
    """Return a line of the table; ``seen`` are those before it."""
    same = [each for each in seen if (each.what, each.workers) == (row.what, row.workers)]
    beside = [each for each in seen if (each.what, each.number) == (row.what, row.number)]
    growth = f"{row.cpu_ms / same[0].cpu_ms:.2f}" if same else ""
    faster = f"{beside[0].taken.wall_s / row.taken.wall_s:.1f}" if beside else ""
    others = f"{row.others_ms:.0f}" if row.others_ms else ""
    cells = (f"{row.number:,}", f"{row.cpu_ms:.0f}", others, growth, faster)
    what = f"{row.what}, {row.workers}" if row.workers else row.what
    return f"| {what} | {' | '.join(cells)} | {row.taken.memory_mb:.0f} |"


def main() -> None:
    """Print a table, each line as it is known."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, usual in (("--turns", [1000, 10_000]), ("--saved", [1000, 10_000])):
        options.add_argument(name, type=_numbers, default=usual)
    for name, usual in (("--simulated", [200]), ("--routers", [200])):
        options.add_argument(name, type=_numbers, default=usual)
    options.add_argument("--workers", type=_words, default=["threads", "processes", "Dask"])
    print(
        "| | routers | CPU a router, ms | and of others | beside that of fewer "
        "| times as fast as threads | memory, MB |\n|---|---:|---:|---:|---:|---:|---:|"
    )
    seen: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="knockdeploy-bench-") as name:
        for row in rows(options.parse_args(), Path(name)):
            print(line(row, seen), flush=True)
            seen.append(row)


def _words(text: str) -> list[str]:
    return [each for each in text.split(",") if each]


def _numbers(text: str) -> list[int]:
    return [int(each) for each in _words(text)]


if __name__ == "__main__":
    main()
