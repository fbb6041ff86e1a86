"""The commands that take back what was deployed: remove, rollback."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nornir.core.task import Result, Task

from knockdeploy.cli.console import Console
from knockdeploy.cli.deploying import carried_out, planned_first
from knockdeploy.cli.fleet import Selection, allowing, ended
from knockdeploy.cli.readable import show_diffs
from knockdeploy.errors import InputError, Mistake
from knockdeploy.report.outcome import Outcome
from knockdeploy.store.runs import Runs
from knockdeploy.tasks.job import Job
from knockdeploy.tasks.remove import plan_removal
from knockdeploy.tasks.remove import remove as remove_task
from knockdeploy.tasks.rollback import Rollback

_Task = Callable[[Task, Job], Result]


def remove(console: Console, selection: Selection, **allowed: object) -> int:
    """Take the feature off. ``allowed`` are fields of the job."""
    return _take_back(console, selection, lambda _: (plan_removal, remove_task), allowed)


def rollback(console: Console, selection: Selection, run: str, **allowed: object) -> int:
    """Undo a run. ``allowed`` are fields of the job."""

    def tasks(job: Job) -> tuple[_Task, _Task]:
        undoing = Rollback.of(run, Runs(job.state))
        return undoing.plan, undoing.roll_back

    return _take_back(console, selection, tasks, allowed)


def _take_back(
    console: Console,
    selection: Selection,
    tasks: Callable[[Job], tuple[_Task, _Task]],
    allowed: Mapping[str, object],
) -> int:
    """Plan, and carry it out where nothing opens or that is allowed.

    Raises:
        InputError: with what would become reachable on each host; nothing was sent to any.
    """
    project, job = selection.open(console)
    job = allowing(job, allowed)
    planning, carrying_out = tasks(job)
    if not job.allows_opening:
        _refuse_opening(planned_first(project, planning, job))
    outcomes = carried_out(console, project, carrying_out, job)
    if not console.json:
        show_diffs(console, outcomes)
    return ended(console, outcomes)


def _refuse_opening(planned: Mapping[str, Outcome]) -> None:
    mistakes = [
        Mistake(str(text), "--open allows that", host=name)
        for name, outcome in planned.items()
        for text in _opens(outcome)
    ]
    if mistakes:
        raise InputError(*mistakes)


def _opens(outcome: Outcome) -> list[object]:
    opens = outcome.details.get("opens")
    return opens if isinstance(opens, list) else []
