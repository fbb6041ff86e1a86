"""What a run keeps of the routers that are done: what became of them, and nothing else."""

from __future__ import annotations

import gc
import weakref
from unittest.mock import Mock

from nornir.core.inventory import Host
from nornir.core.task import MultiResult, Result, Task

from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.pace import Pace
from knockdeploy.rollout.progress import Follow, Progress
from knockdeploy.store.journal import Event

PLANNED = Outcome("changed")


def test_nothing_but_the_outcome_is_kept_of_a_router() -> None:
    progress, parts = Progress(), {"r1": PLANNED, "r2": PLANNED}
    follow = Follow(progress, Pace(0), parts)
    host, task = Host("r1"), Mock(spec=Task)
    follow.task_instance_started(task, host)
    progress.happened("r1", Event.READ, "")
    of_nornir = MultiResult("plan")
    of_nornir.append(Result(host, result=PLANNED))
    follow.task_instance_completed(task, host, of_nornir)
    assert dict(progress.outcomes) == {"r1": PLANNED}
    assert (progress.in_flight, progress.events) == ({}, {})
    assert list(parts) == ["r2"]
    assert of_nornir[0].result is None


def test_a_run_began_with_its_first_router() -> None:
    clock = iter([5.0, 6.0, 9.0, 10.0])
    progress = Progress(now=lambda: next(clock))
    progress.began("r1")
    first = progress.began_s
    progress.began("r2")
    assert 0 < progress.began_s == first < progress.in_flight["r2"].began_s


class Session:
    """What refers to itself, as a session does."""

    def __init__(self) -> None:
        self.itself = self


def test_what_sessions_leave_is_looked_for_while_the_run_goes_on() -> None:
    gc.collect()
    gc.disable()
    try:
        progress, left = Progress(), weakref.ref(Session())
        for number in range(100):
            progress.ended(f"r{number}", PLANNED)
        assert left() is None
    finally:
        gc.enable()
