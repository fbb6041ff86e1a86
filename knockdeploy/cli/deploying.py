"""The command that deploys: what is planned now, or what a plan file holds."""

from __future__ import annotations

import glob
import sys
from dataclasses import dataclass, replace
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
    over,
    planned_first,
    unasked,
)
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection, ended
from knockdeploy.cli.history import outcomes_of, state_of
from knockdeploy.cli.option_checks import check_machine
from knockdeploy.cli.planning import plan as plan_only
from knockdeploy.cli.plans import open_plan
from knockdeploy.cli.rolling import RolloutOptions, rollout_of, show_stages
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project
from knockdeploy.report.change import DeployOutcome
from knockdeploy.report.outcome import UNMANAGED
from knockdeploy.rollout.stages import without
from knockdeploy.rollout.turn import Verbs
from knockdeploy.store.runs import Runs
from knockdeploy.tasks.deploy import deploy as deploy_task
from knockdeploy.tasks.plan import plan as plan_task
from knockdeploy.tasks.soaked import soaked

_LEFT: Final = frozenset({"failed", "rolled-back", "skipped", "unfinished"})
VERBS: Final = Verbs(deploy_task, soaked, DeployOutcome)


@dataclass(frozen=True, slots=True)
class Which:
    """What is deployed: the plan of a file, the rest of a run, what failed in one, or nothing."""

    plan_file: Path | None = None
    resume: str | None = None
    failed_in: str | None = None
    is_dry: bool = False


def deploy(  # noqa: PLR0913  # what all changes are asked, the plan, and the run
    console: Console,
    selection: Selection,
    options: Options,
    *,
    given: RolloutOptions,
    which: Which,
    yes: bool,
) -> int:
    """Deploy what is planned now, or what a file holds."""
    if which.failed_in is not None:
        selection = _failed_in(which.failed_in, selection)
    if which.is_dry:
        return _dry_run(console, selection, which, options)
    if not yes and not sys.stdin.isatty():
        raise InputError(
            Mistake("cannot ask: stdin is not a terminal", "--yes deploys without asking")
        )
    resume, plan_file = which.resume, which.plan_file
    if resume is not None:
        resuming.refuse_more(selection, options, given, plan_file)
        return resuming.resume(console, selection, resume, lambda *_: VERBS, given, yes=yes)
    check_machine(options.proof_from)
    if plan_file is not None:
        project, job, same = open_plan(console, selection, plan_file, options)
        return _deploy_saved(console, project, job, given, same, yes=yes)
    project, job = selection.open(console, options)
    if not yes:
        planned = planned_first(project, plan_task, job)
        return asked(console, project, planned, VERBS, job, given)
    return unasked(console, project, VERBS, job, given)


def _dry_run(console: Console, selection: Selection, which: Which, options: Options) -> int:
    if which.resume or which.plan_file:
        raise InputError(Mistake("--check plans anew", "leave out --resume and --plan"))
    return plan_only(console, selection, None, None, options=options)


def _failed_in(prefix: str, selection: Selection) -> Selection:
    """Return the routers that did not end well in a run as a selection.

    Raises:
        InputError: there is no such run, there are none, or others are selected too.
    """
    if selection.limit:
        raise InputError(Mistake("--failed-in selects the hosts", "leave out -l", key="--limit"))
    run = Runs(state_of(selection.config)).open(prefix)
    left = [name for name, each in outcomes_of(run).items() if each.status in _LEFT or each.error]
    if not left:
        raise InputError(
            Mistake(f"no router failed in run {run.name}", "deploy", key="--failed-in")
        )
    return replace(selection, limit=tuple(map(glob.escape, left)))


def _deploy_saved(  # noqa: PLR0913  # the plan, opened, and what all changes are asked
    console: Console,
    project: Project,
    job: Job,
    given: RolloutOptions,
    same: frozenset[str],
    *,
    yes: bool,
) -> int:
    changing_first = sorted(managed(project), key=same.__contains__)
    rollout = rollout_of(project, changing_first, given)
    show_stages(console, rollout)
    changed = without(rollout.stages, same)
    if not yes and changed and not agreed(console, changed):
        skipped = DeployOutcome("skipped")
        return ended(
            console,
            {name: skipped if intent else UNMANAGED for name, intent in project.intents.items()},
        )
    return over(console, carried_out(console, project, VERBS, job, rollout))
