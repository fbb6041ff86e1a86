"""How a command changes routers: planned, shown, agreed to, carried out, and kept as a run."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended, outcomes_of
from knockdeploy.cli.fleet_text import NOTHING, show_diffs, show_warnings
from knockdeploy.cli.interrupt import StoppedError
from knockdeploy.cli.next_steps import next_steps
from knockdeploy.cli.plans import expected
from knockdeploy.cli.rolling import Rollout, RolloutOptions, rollout_of, show_stages
from knockdeploy.cli.stage_run import walk
from knockdeploy.inventory import Project
from knockdeploy.report.change import ChangeOutcome, PlanOutcome
from knockdeploy.report.outcome import UNMANAGED, Outcome, exit_status
from knockdeploy.rollout.agreed import Agreed
from knockdeploy.rollout.stages import Stage
from knockdeploy.rollout.turn import Verb, Verbs
from knockdeploy.state import State
from knockdeploy.store.packed import Packed

_QUESTIONS: Final = {
    "deploy": "Deploy to",
    "remove": "Take the feature off",
    "rollback": "Roll back",
}


def planned_first(project: Project, task: Verb, job: Job) -> Mapping[str, Outcome]:
    """Plan what the command is about to carry out.

    Raises:
        StoppedError: by Ctrl-C; the outcomes are those of a change that sent nothing.
    """
    try:
        return outcomes_of(project, task, job)
    except StoppedError as stop:
        stop.outcomes = {name: _unsent(each) for name, each in stop.outcomes.items()}
        raise


def carried_out(
    console: Console, project: Project, verbs: Verbs, job: Job, rollout: Rollout
) -> dict[str, Outcome]:
    """Walk through the stages, and keep the record of it from here on.

    Raises:
        StoppedError: somebody stopped it; its outcomes are those of all hosts of the project.
    """
    job.run.begin(console.command, project.intents)
    agreed = Agreed.of(rollout.stages, rollout.limits, rollout.sites, job, verbs.undoes)
    job.run.agree(agreed.to_json())
    return walked(console, project, verbs, job, rollout)


def walked(
    console: Console, project: Project, verbs: Verbs, job: Job, rollout: Rollout
) -> dict[str, Outcome]:
    """Walk through the stages of a run that has begun; return what became of each host.

    Raises:
        StoppedError: somebody stopped it; its outcomes are those of all hosts of the project.
        InputError: somebody else is carrying it out.
    """
    console.keep = job.run.finish
    console.advise = partial(next_steps, console.command, console.run, project.config_file)
    untouched = {
        name: verbs.outcome("skipped" if verbs.concerned(name) else "unchanged")
        if intent
        else UNMANAGED
        for name, intent in project.intents.items()
        if name in project.nornir.inventory.hosts
    }
    try:
        with job.run.under_way(rollout.limits.n_workers):
            return {**untouched, **walk(console, project, verbs, job, rollout)}
    except StoppedError as stop:
        stop.outcomes = {**untouched, **stop.outcomes}
        raise


def managed(project: Project) -> list[str]:
    """Return the hosts with an intent, in order."""
    return [name for name, intent in project.intents.items() if intent]


def unasked(
    console: Console, project: Project, verbs: Verbs, job: Job, given: RolloutOptions
) -> int:
    """Change the routers, and show what was changed."""
    rollout = rollout_of(project, filter(verbs.concerned, managed(project)), given)
    show_stages(console, rollout)
    outcomes = carried_out(console, project, verbs, job, rollout)
    return over(console, outcomes)


def over(
    console: Console, outcomes: Mapping[str, Outcome], planned: Mapping[str, Outcome] = NOTHING
) -> int:
    """Print what became of each router, and what to type next; not again what ``planned`` said."""
    if not console.json:
        show_warnings(console, outcomes, planned)
    return ended(console, outcomes)


def asked(  # noqa: PLR0913, PLR0917  # what was planned, and what comes of it
    console: Console,
    project: Project,
    planned: Mapping[str, Outcome],
    verbs: Verbs,
    job: Job,
    given: RolloutOptions,
) -> int:
    """Show the plans, ask, and carry out what was agreed to, nothing else."""
    show_diffs(console, planned)  # with --json too: whoever is asked has to see it
    console.table(planned)
    unsent = Packed((name, _unsent(outcome)) for name, outcome in planned.items())
    needed = [
        name for name, each in planned.items() if isinstance(each, PlanOutcome) and each.summary
    ]
    if not needed:
        console.finish(unsent)
        return exit_status(unsent)
    rollout = rollout_of(project, needed, given)
    show_stages(console, rollout)
    if not agreed(console, rollout.stages):
        return ended(console, unsent)
    chosen = frozenset(needed)
    nornir = project.nornir.filter(filter_func=lambda host: host.name in chosen)
    job = replace(job, expected=expected(planned), parts={})
    try:
        done = carried_out(console, replace(project, nornir=nornir), verbs, job, rollout)
    except StoppedError as stop:
        stop.outcomes = {**unsent, **stop.outcomes}
        raise
    return over(console, {**unsent, **done}, planned)


def agreed(console: Console, stages: Sequence[Stage], question: str = "") -> bool:
    """Ask whether to change so many routers, in stages of such sizes."""
    sizes = [len(stage.hosts) for stage in stages if stage.hosts]
    routers = f"{sum(sizes)} router{'s' if sum(sizes) > 1 else ''}"
    *first, last = map(str, sizes)
    staged = f", in stages of {', '.join(first)} and {last}" if first else ""
    asks = question or _QUESTIONS[console.command]
    console.say(f"{asks} {routers}{staged}? [y/N]")
    is_agreed = sys.stdin.readline().strip().lower() in {"y", "yes"}
    if not is_agreed:
        console.say("nothing was sent")
    return is_agreed


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
