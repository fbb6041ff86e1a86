"""The commands that undo a deployment: remove and rollback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.cli.change_run import ChangeRequest, FleetChange
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import opened
from knockdeploy.cli.fleet_text import joined
from knockdeploy.cli.resuming import own_reverts, resume
from knockdeploy.cli.rolling import refuse_unfit
from knockdeploy.errors import InputError, Mistake
from knockdeploy.report.change import PlanOutcome, RemoveOutcome, RestoreOutcome
from knockdeploy.report.fold import few
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.turn import Verbs
from knockdeploy.store.runs import Run, Runs
from knockdeploy.tasks.remove import plan_removal
from knockdeploy.tasks.remove import remove as remove_task
from knockdeploy.tasks.rollback import Rollback

_MINUTE: Final = len("2026-01-02T03:04")


def remove(console: Console, request: ChangeRequest) -> int:
    """Remove what was deployed."""
    verbs = Verbs(remove_task, plan_removal, RemoveOutcome)
    if (run := request.rollout.resume) is not None:
        return resume(console, request, run, lambda *_: verbs)
    return _take_back(console, request, lambda _: verbs)


def rollback(console: Console, request: ChangeRequest, run: str | None) -> int:
    """Undo a run.

    Raises:
        InputError: it is not said which, or what was agreed to would become something else.
    """
    if (resumed := request.rollout.resume) is not None:
        return resume(
            console, request, resumed, lambda job, terms: _verbs(_undoing(terms.undoes, job)), run
        )
    if run is None:
        message, hint = "no run to undo is named", "--run RUN, or --resume RUN"
        raise InputError(Mistake(message, hint, key="--run"))

    def tasks(job: Job) -> Verbs:
        undoing = _undoing(run, job)
        console.say(_named(undoing.run))
        others = undoing.run.hosts if request.selection.is_all else ()
        for host in (each for each in others if each not in job.intents):
            console.tell(
                host, f"changed by {undoing.run.name}, but not in the inventory: left alone"
            )
        return _verbs(undoing)

    return _take_back(console, request, tasks)


def _named(run: Run) -> str:
    """Return which run it is: `latest` may not be the one you think of."""
    try:
        about = run.about
    except InputError:  # what it found on the routers may be whole
        return f"to undo: {run.name}"
    begun = about.started[:_MINUTE].replace("T", " ")
    what = f"{about.command} {run.name}, begun {begun} UTC by {about.who}"
    return f"to undo: {what}: {few(about.hosts)}"


def _undoing(run: str, job: Job) -> Rollback:
    return Rollback.of(run, Runs(job.state), job.run.name)


def _verbs(undoing: Rollback) -> Verbs:
    run = undoing.run
    concerned, reverts = frozenset(run.hosts).__contains__, own_reverts(run)
    return Verbs(undoing.roll_back, undoing.plan, RestoreOutcome, run.name, concerned, reverts)


def _take_back(console: Console, request: ChangeRequest, tasks: Callable[[Job], Verbs]) -> int:
    """Plan, and carry it out if nothing opens or --open allows it; on a terminal, ask first.

    Raises:
        InputError: with what would become reachable on each host; nothing was sent to any.
    """
    asks = not request.rollout.yes and sys.stdin.isatty()
    project, job = opened(request.selection, console, request.options)
    refuse_unfit(project, request.rollout)
    change = FleetChange(console, project, tasks(job), job)
    if asks or not job.options.allows_opening:
        planned = change.planned(change.verbs.check)
        if not job.options.allows_opening:
            _refuse_opening(planned)
        if asks:
            return change.asked(planned, request.rollout)
    return change.unasked(request.rollout)


def _refuse_opening(planned: Mapping[str, Outcome]) -> None:
    InputError.raise_for(
        Mistake(text, "--open allows that", host=name)
        for name, outcome in planned.items()
        if isinstance(outcome, PlanOutcome)
        for text in joined(outcome.opens)
    )
