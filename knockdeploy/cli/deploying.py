"""The command that deploys: what is planned now, or what a plan file holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.change.options import Options
from knockdeploy.cli import resuming
from knockdeploy.cli.change_run import (
    agreed,
    asked,
    carried_out,
    managed,
    planned_first,
    unasked,
)
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection, ended
from knockdeploy.cli.plans import open_plan, show_plan
from knockdeploy.cli.proving import check_machine
from knockdeploy.cli.rolling import Wish, rollout_of, show_stages
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project
from knockdeploy.report.change import DeployOutcome
from knockdeploy.report.outcome import UNMANAGED
from knockdeploy.rollout.turn import Verbs
from knockdeploy.tasks.check import check as check_task
from knockdeploy.tasks.deploy import deploy as deploy_task
from knockdeploy.tasks.plan import plan as plan_task

VERBS: Final = Verbs(deploy_task, check_task, DeployOutcome)


def deploy(  # noqa: PLR0913  # what all changes are asked, the plan, and the run
    console: Console,
    selection: Selection,
    options: Options,
    *,
    wish: Wish,
    resume: str | None,
    yes: bool,
    plan_file: Path | None,
) -> int:
    """Deploy what is planned now, or what a file holds."""
    if not yes and not sys.stdin.isatty():
        raise InputError(
            Mistake("cannot ask: stdin is not a terminal", "--yes deploys without asking")
        )
    if resume is not None:
        resuming.refuse_more(selection, options, wish, plan_file)
        return resuming.resume(console, selection, resume, lambda *_: VERBS, wish, yes=yes)
    check_machine(options.proof_from)
    if plan_file is not None:
        project, job = open_plan(console, selection, plan_file, options)
    else:
        project, job = selection.open(console, options)
    if plan_file is not None:
        return _deploy_saved(console, project, job, wish, yes=yes)
    if not yes:
        planned = planned_first(project, plan_task, job)
        return asked(console, project, planned, VERBS, job, wish)
    return unasked(console, project, VERBS, job, wish)


def _deploy_saved(console: Console, project: Project, job: Job, wish: Wish, *, yes: bool) -> int:
    n_changed = show_plan(console, job)
    rollout = rollout_of(project, managed(project), wish)
    show_stages(console, rollout)
    if not yes and n_changed and not agreed(console, n_changed):
        skipped = DeployOutcome("skipped")
        return ended(
            console,
            {name: skipped if intent else UNMANAGED for name, intent in project.intents.items()},
        )
    return ended(console, carried_out(console, project, VERBS, job, rollout))
