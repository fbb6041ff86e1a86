"""The command that deploys: plan or take a saved plan, show, ask, carry it out, keep the record."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from nornir.core.task import Result, Task

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection, StoppedError, allowing, ended, outcomes_of
from knockdeploy.cli.plans import expected, open_plan, show_plan
from knockdeploy.cli.proving import check_machine
from knockdeploy.cli.readable import show_diffs
from knockdeploy.errors import InputError, Mistake, State
from knockdeploy.inventory import Project
from knockdeploy.report.outcome import UNMANAGED, Outcome, exit_status
from knockdeploy.tasks.deploy import UNTOUCHED
from knockdeploy.tasks.deploy import deploy as deploy_task
from knockdeploy.tasks.job import Job
from knockdeploy.tasks.plan import plan as plan_task

_PLANNED: Final = {"diff", "warnings"}
"""What a deployment that sent nothing says as its plan did."""


def deploy(
    console: Console,
    selection: Selection,
    *,
    yes: bool,
    plan_file: Path | None,
    **allowed: object,
) -> int:
    """Deploy what is planned now, or what a file holds. ``allowed`` are fields of the job."""
    if not yes and not sys.stdin.isatty():
        raise InputError(Mistake("there is no terminal to ask at", "--yes deploys without asking"))
    check_machine(allowed.get("proof_from"))
    if plan_file is not None:
        project, job = open_plan(console, selection, plan_file)
    else:
        project, job = selection.open(console)
    job = allowing(job, allowed)
    if plan_file is not None:
        return _deploy_saved(console, project, job, yes=yes)
    if not yes:
        return _deploy_asked(console, project, job)
    outcomes = carried_out(console, project, deploy_task, job)
    if not console.json:
        show_diffs(console, outcomes)
    return ended(console, outcomes)


def _deploy_asked(console: Console, project: Project, job: Job) -> int:
    planned = planned_first(project, plan_task, job)
    show_diffs(console, planned)  # with --json too: whoever is asked has to see it
    console.table(planned)
    untouched = {name: _as_deployed(outcome) for name, outcome in planned.items()}
    changed = [name for name, outcome in planned.items() if outcome.status == "changed"]
    if not changed:
        console.finish(untouched)
        return exit_status(untouched)
    if not _agreed(console, len(changed)):
        return ended(console, {name: _as_declined(each) for name, each in untouched.items()})
    nornir = project.nornir.filter(filter_func=lambda host: host.name in changed)
    job = replace(job, expected=expected(planned))
    try:
        done = carried_out(console, replace(project, nornir=nornir), deploy_task, job)
    except StoppedError as stop:
        raise StoppedError(untouched | {**stop.outcomes}) from None
    return ended(console, untouched | done)


def planned_first(
    project: Project, task: Callable[[Task, Job], Result], job: Job
) -> dict[str, Outcome]:
    """Plan what the command is about to carry out.

    Raises:
        StoppedError: by Ctrl-C; the outcomes are those of a change that sent nothing.
    """
    try:
        return outcomes_of(project, task, job)
    except StoppedError as stop:
        unsent = {name: _as_declined(_as_deployed(each)) for name, each in stop.outcomes.items()}
        raise StoppedError(unsent) from None


def _deploy_saved(console: Console, project: Project, job: Job, *, yes: bool) -> int:
    n_changed = show_plan(console, job)
    if not yes and n_changed and not _agreed(console, n_changed):
        skipped = Outcome("skipped", UNTOUCHED)
        return ended(
            console,
            {name: skipped if intent else UNMANAGED for name, intent in project.intents.items()},
        )
    return ended(console, carried_out(console, project, deploy_task, job))


def carried_out(
    console: Console, project: Project, task: Callable[[Task, Job], Result], job: Job
) -> dict[str, Outcome]:
    """Change the routers, and keep the record of it from here on."""
    job.record.begin(console.command, project.intents)
    console.keep = job.record.finish
    return outcomes_of(project, task, job)


def _agreed(console: Console, n_routers: int) -> bool:
    console.say(f"Deploy to {n_routers} router{'s' if n_routers > 1 else ''}? [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _as_deployed(planned: Outcome) -> Outcome:
    """Return a plan's outcome as that of a deployment that sent nothing."""
    if planned.status == "unmanaged":
        return planned
    details = {
        **UNTOUCHED,
        **{key: planned.details[key] for key in _PLANNED & planned.details.keys()},
    }
    if planned.status == "unchanged":
        details["state"] = State.AFTER
    return Outcome(planned.status, details, planned.error)


def _as_declined(untouched: Outcome) -> Outcome:
    return replace(untouched, status="skipped") if untouched.status == "changed" else untouched
