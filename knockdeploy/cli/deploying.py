"""The deploy command: what is planned now, or what a plan file has."""

from __future__ import annotations

import glob
from collections import defaultdict
from dataclasses import replace
from typing import Final

from knockdeploy.cli.arguments.changing import Which
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.change_run import ChangeRequest, FleetChange, agreed, refuse_unasked
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended, opened
from knockdeploy.cli.option_checks import check_machine
from knockdeploy.cli.past import outcomes_then, runs_of
from knockdeploy.cli.planning import plan as plan_only
from knockdeploy.cli.plans import open_plan
from knockdeploy.cli.resuming import resume
from knockdeploy.cli.rolling import refuse_unfit, rollout_of, show_stages
from knockdeploy.cli.rollout_options import RolloutOptions
from knockdeploy.device.connection import dialled
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project
from knockdeploy.inventory.selected_hosts import level_files
from knockdeploy.report.change import DeployOutcome
from knockdeploy.report.fold import few
from knockdeploy.report.outcome import UNMANAGED
from knockdeploy.rollout.stages import without
from knockdeploy.rollout.turn import Verbs
from knockdeploy.tasks.deploy import deploy as deploy_task
from knockdeploy.tasks.plan import plan as plan_task
from knockdeploy.tasks.soaked import soaked

_LEFT: Final = frozenset({"failed", "rolled-back", "skipped", "unfinished"})
_SHARED: Final = "the same address and port: one router would get the knock of each"
_ONE_EACH: Final = "give each host its own address, or set enabled: false where two are one router"
VERBS: Final = Verbs(deploy_task, soaked, DeployOutcome)


def deploy(console: Console, request: ChangeRequest, which: Which) -> int:
    """Deploy what is planned now, what a plan file has, or the rest of a run."""
    if which.failed_in is not None:
        request = replace(request, selection=_failed_in(which.failed_in, request.selection))
    given, options = request.rollout, request.options
    if which.check:
        if given.resume or which.plan:
            raise InputError(Mistake("--check plans anew", "leave out --resume and --plan"))
        check_machine(options.proof_from)
        return plan_only(console, request.selection, None, None, options=options, rollout=given)
    if given.resume is not None:
        return resume(console, request, given.resume, lambda *_: VERBS, which.plan)
    check_machine(options.proof_from)
    if which.plan is not None:
        project, job, same = open_plan(console, request.selection, which.plan, options)
        _refuse_shared_routers(project)
        refuse_unfit(project, given)
        refuse_unasked(console, given)
        return _deploy_saved(FleetChange(console, project, VERBS, job), given, same)
    project, job = opened(request.selection, console, options)
    _refuse_shared_routers(project)
    refuse_unfit(project, given)
    refuse_unasked(console, given)
    change = FleetChange(console, project, VERBS, job)
    return change.unasked(given) if given.yes else change.asked(change.planned(plan_task), given)


def _refuse_shared_routers(project: Project) -> None:
    """Refuse hosts that are one router: it would get the knock of each, one after the other.

    Raises:
        InputError: with the names of all hosts of each such router.
    """
    hosts, file = project.nornir.inventory.hosts, level_files(project.nornir.config)["host_file"]
    names: defaultdict[object, list[str]] = defaultdict(list)
    for name in (name for name, intent in project.intents.items() if intent):
        names[dialled(hosts[name])].append(name)
    InputError.raise_for(
        Mistake(_SHARED, _ONE_EACH, file, few(shared), "hostname")
        for shared in names.values()
        if len(shared) > 1
    )


def _failed_in(prefix: str, selection: Selection) -> Selection:
    """Return a selection of the routers that failed in a run.

    Raises:
        InputError: there is no such run, there are none, or others are selected too.
    """
    if selection.limit:
        raise InputError(Mistake("--failed-in selects the hosts", "leave out -l", key="--limit"))
    run = runs_of(selection.config).open(prefix)
    left = [name for name, each in outcomes_then(run).items() if each.status in _LEFT or each.error]
    if not left:
        raise InputError(
            Mistake(f"no router failed in run {run.name}", "deploy", key="--failed-in")
        )
    return replace(selection, limit=[*map(glob.escape, left)])


def _deploy_saved(change: FleetChange, given: RolloutOptions, same: frozenset[str]) -> int:
    console, project = change.console, change.project
    change.recall()
    changing_first = sorted(change.managed, key=same.__contains__)
    rollout = rollout_of(project, changing_first, given)
    show_stages(console, rollout)
    changed = without(rollout.course.stages, same)
    if not given.yes and changed and not agreed(console, changed):
        skipped = DeployOutcome("skipped")
        return ended(
            console,
            {name: skipped if intent else UNMANAGED for name, intent in project.intents.items()},
        )
    return change.over(change.carried_out(rollout))
