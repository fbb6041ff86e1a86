"""How a command changes routers: planned, shown, agreed to, carried out, and kept as a run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import StoppedError, ended, outcomes_of
from knockdeploy.cli.plans import expected
from knockdeploy.cli.readable import show_diffs
from knockdeploy.errors import State
from knockdeploy.inventory import Project
from knockdeploy.report.change import ChangeOutcome, PlanOutcome
from knockdeploy.report.outcome import Outcome, exit_status

Planning = Callable[[Task, Job], Result]
_QUESTIONS: Final = {
    "deploy": "Deploy to",
    "remove": "Take the feature off",
    "rollback": "Roll back",
}


def planned_first(project: Project, task: Planning, job: Job) -> dict[str, Outcome]:
    """Plan what the command is about to carry out.

    Raises:
        StoppedError: by Ctrl-C; the outcomes are those of a change that sent nothing.
    """
    try:
        return outcomes_of(project, task, job)
    except StoppedError as stop:
        stop.outcomes = {name: _unsent(each) for name, each in stop.outcomes.items()}
        raise


def carried_out(console: Console, project: Project, task: Planning, job: Job) -> dict[str, Outcome]:
    """Change the routers, and keep the record of it from here on."""
    job.record.begin(console.command, project.intents)
    console.keep = job.record.finish
    return outcomes_of(project, task, job)


def unasked(console: Console, project: Project, task: Planning, job: Job) -> int:
    """Change the routers, and show what was changed."""
    outcomes = carried_out(console, project, task, job)
    if not console.json:
        show_diffs(console, outcomes)
    return ended(console, outcomes)


def asked(
    console: Console, project: Project, planned: Mapping[str, Outcome], task: Planning, job: Job
) -> int:
    """Show the plans, ask, and carry out what was agreed to, nothing else."""
    show_diffs(console, planned)  # with --json too: whoever is asked has to see it
    console.table(planned)
    unsent = {name: _unsent(outcome) for name, outcome in planned.items()}
    needed = [
        name for name, each in planned.items() if isinstance(each, PlanOutcome) and each.summary
    ]
    if not needed:
        console.finish(unsent)
        return exit_status(unsent)
    if not agreed(console, len(needed)):
        return ended(console, unsent)
    nornir = project.nornir.filter(filter_func=lambda host: host.name in needed)
    job = replace(job, expected=expected(planned), parts={})
    try:
        done = carried_out(console, replace(project, nornir=nornir), task, job)
    except StoppedError as stop:
        stop.outcomes = {**unsent, **stop.outcomes}
        raise
    return ended(console, unsent | done)


def agreed(console: Console, n_routers: int) -> bool:
    """Ask whether to change so many routers."""
    console.say(
        f"{_QUESTIONS[console.command]} {n_routers} router{'s' if n_routers > 1 else ''}? [y/N]"
    )
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _unsent(planned: Outcome) -> Outcome:
    """Return a plan's outcome as that of a change that sent nothing."""
    if not isinstance(planned, PlanOutcome):
        return planned
    return ChangeOutcome(
        "skipped" if planned.status == "changed" else planned.status,
        planned.diff,
        planned.warnings,
        state=State.AFTER if planned.status == "unchanged" else State.BEFORE,
        error=planned.error,
    )
