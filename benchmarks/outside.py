"""What goes wrong on the operator's side: killed, no room on the disk, not alone."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from benchmarks import truth
from benchmarks.arena import DEPLOY, REMOVE, Arena, Document, Trial, arena, clean, parts, strike
from benchmarks.rows import Row
from knockdeploy.lab.faults import Fate
from knockdeploy.store.journal import Event
from knockdeploy.store.runs import Runs
from knockdeploy.store.state import StateDir

_N_KILLS: Final = 30
_N_EACH: Final = 3  # routers of a run that is killed, or that has no room
_N_TOGETHER: Final = 12  # routers that two operators change at once
_WITHIN_S: Final = 120.0
_ROOM_BYTES: Final = (0, 100, 400, 800, 1200, 1600, 2400, 4000)
"""The largest file: too small for what a run is about, for a backup, for the journal."""


def killed(trial: Trial, rng: Random, n_most: int | None) -> Row:
    """Kill runs with -9, each as a router is about to take some line, of any it would be typed."""
    row, of = Row(trial, "killed"), clean(trial)
    n_kills = _N_KILLS if n_most is None else min(n_most, _N_KILLS)
    numbers = [rng.randint(1, len(of.lines)) for _ in range(n_kills)]
    with arena(n_kills * _N_EACH, trial) as ready:
        groups = list(parts(list(ready.lab.routers), _N_EACH))
        for number, names in zip(numbers, groups, strict=True):
            _kill(ready, names, number)
        ready.wait_for_silence()
        seen = ready.seen()
        noted = _noted(ready)
    for number, names in zip(numbers, groups, strict=True):
        for name in names:
            label = f"{name}, killed as {names[0]} gets line {number}"
            row.add(label, of.ends, seen[name], None)
            is_kept = of.ends.which(seen[name].now.startup, "startup") == truth.AFTER
            if Event.SAVED in noted.get(name, ()) and not is_kept:
                row.mismatches.append(f"{label}: the journal says that it was saved")
    return row


def _kill(ready: Arena, names: Iterable[str], number: int) -> None:
    first, *_ = names
    client: list[int] = []
    count = iter(range(1, 10_000))

    def kill() -> Fate:
        os.kill(client[0], signal.SIGKILL)
        return Fate.RUN

    strike(ready.lab.routers[first], lambda _line: next(count) == number, kill)
    process = ready.process("-l", ",".join(names))
    client.append(process.pid)
    process.communicate(timeout=_WITHIN_S)


def _noted(ready: Arena) -> Mapping[str, set[str]]:
    """Return what the last journals say of each router."""
    runs = Runs(StateDir(ready.lab.folder / ".knockdeploy")).all()
    noted: dict[str, set[str]] = {}
    for run in runs:
        if run.about.command == ready.command[0]:
            for happened in run.events:
                noted.setdefault(happened.host, set()).add(happened.event)
    return noted


def no_room(trial: Trial, _rng: Random, n_most: int | None) -> Row:
    """Let files of the state folder grow to so many bytes and no further."""
    row, of = Row(trial, "disk full"), clean(trial)
    rooms = _ROOM_BYTES[:: 1 if n_most is None else max(1, len(_ROOM_BYTES) // n_most)]
    with arena(len(rooms) * _N_EACH, trial) as ready:
        told: dict[str, tuple[int, Document | None]] = {}
        for room, names in zip(rooms, parts(list(ready.lab.routers), _N_EACH), strict=True):
            if trial.verb == DEPLOY:
                shutil.rmtree(ready.lab.folder / ".knockdeploy", ignore_errors=True)
            limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room))
            process = ready.process("-l", ",".join(names), before_exec=limit)
            out, _ = process.communicate(timeout=_WITHIN_S)
            hosts = json.loads(out)["hosts"]
            told |= {name: (room, hosts.get(name)) for name in names}
        ready.wait_for_silence()
        seen = ready.seen()
    for name, (room, host) in told.items():
        row.add(f"{name}, no file larger than {room} bytes", of.ends, seen[name], host)
    return row


def together(trial: Trial, _rng: Random, n_most: int | None) -> Row:
    """Let two operators make the same change at once: on one machine, and on two."""
    row, of = Row(trial, "two at once"), clean(trial)
    for is_elsewhere in (False, True):
        with arena(min(n_most or _N_TOGETHER, _N_TOGETHER), trial) as ready:
            folder = ready.lab.folder
            other = shutil.copytree(folder, folder / "other") if is_elsewhere else folder
            both = [ready.process(folder=each) for each in (folder, Path(other))]
            texts = [each.communicate(timeout=_WITHIN_S)[0] for each in both]
            ready.wait_for_silence()
            seen = ready.seen()
        for name, one in seen.items():
            hosts = [json.loads(text)["hosts"][name] for text in texts]
            row.add(f"{name}, {hosts}", of.ends, one, None)
            is_after = truth.AFTER in {host["state"] for host in hosts}
            if is_after is not (of.ends.which(one.now.running) == truth.AFTER):
                row.mismatches.append(f"{name}: told {hosts}")
    return row


Tried = Callable[[Trial, Random, int | None], Row]
OUTSIDE: Final[Mapping[str, tuple[Tried, tuple[Trial, ...]]]] = {
    "killed": (killed, (Trial(), Trial(rung="archive"), Trial(rung="copy"), Trial(REMOVE))),
    "disk full": (no_room, (Trial(), Trial(REMOVE))),
    "two at once": (together, (Trial(), Trial(rung="archive"), Trial(rung="copy"), Trial(REMOVE))),
}
"""Each with the changes that it is tried with."""


def rows(only: str | None, rng: Random, n_most: int | None) -> Iterator[Row]:
    """Carry out all that are asked for."""
    for name, (tried, those) in OUTSIDE.items():
        if only in {None, name}:
            for trial in those:
                started_s = time.monotonic()
                row = tried(trial, rng, n_most)
                row.seconds = time.monotonic() - started_s
                yield row
