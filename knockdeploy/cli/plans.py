"""Saved plans on the command line: kept by plan, opened and shown by deploy."""

from __future__ import annotations

import glob
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from knockdeploy.change.job import Job
from knockdeploy.change.options import ChangeOptions
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import opened
from knockdeploy.cli.fleet_text import show_diffs
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project
from knockdeploy.operator import who
from knockdeploy.report.change import PlannedThen, PlanOutcome
from knockdeploy.report.fold import folds, n_routers
from knockdeploy.report.outcome import Outcome
from knockdeploy.store.journal import now
from knockdeploy.store.packed import Packed
from knockdeploy.store.planfile import (
    PlanDigest,
    Planned,
    SavedPlan,
    intent_digest,
    load_plan,
    save_plan,
)
from knockdeploy.store.runs import About


def expected(planned: Mapping[str, Outcome]) -> dict[str, PlanDigest]:
    """Return the digests that a deployment of these plans is held to."""
    return {name: each.digest for name, each in _plans(planned)}


def _plans(planned: Mapping[str, Outcome]) -> Iterator[tuple[str, Planned]]:
    for name, each in planned.items():
        if isinstance(each, PlanOutcome) and each.planned:
            yield name, each.planned


def keep_plan(console: Console, planned: Mapping[str, Outcome], file: Path) -> None:
    """Write the plans of a run to a file, and say what is in it."""
    hosts = Packed(_plans(planned))
    save_plan(file, SavedPlan(console.run, now(), who(), hosts))
    n_left = sum(outcome.error is not None for outcome in planned.values())
    left = f"; {n_left} failed and are not in it" if n_left else ""
    console.say(
        f"{file}: the plan of {n_routers(len(hosts))}{left}; it has the knock ports in clear text"
    )


def open_plan(
    console: Console, selection: Selection, file: Path, options: ChangeOptions
) -> tuple[Project, Job, frozenset[str]]:
    """Open the hosts of a saved plan, or those that were selected, and show what it changes.

    Returned beside: the hosts that stay as they are.

    Raises:
        InputError: the file cannot be used, or was made of another fleet or other intents.
    """
    plan = load_plan(file)
    whole = selection.is_all
    if whole:
        selection = replace(selection, limit=[*map(glob.escape, plan.hosts)])
    try:
        project, job = opened(selection, console, options)
    except InputError as error:
        raise InputError(*(_named(each, file, whole=whole) for each in error.mistakes)) from None
    InputError.raise_for(_mistakes(plan, project, file))
    console.say(f"{file}: made {plan.made} by {plan.who}, run {plan.run}")
    digests, changed = _agreed(plan, project.intents)
    _show(console, changed, same := frozenset(digests) - frozenset(changed))
    return project, replace(job, expected=digests), same


def show_file(console: Console, file: Path) -> int:
    """Print what a saved plan changes, knock ports masked.

    Raises:
        InputError: the file cannot be used.
    """
    plan = load_plan(file)
    console.run = plan.run
    outcomes = Packed(
        (name, PlannedThen("changed" if each.commands else "unchanged", each.summary, each.diff))
        for name, each in plan.hosts.items()
    )
    if not console.json:
        console.out(f"{file}: made {plan.made} by {plan.who}, run {plan.run}")
        show_diffs(console, outcomes)
    console.table(outcomes)
    about = About("plan", plan.made, plan.who, tuple(plan.hosts))
    console.finish(outcomes, more={"about": asdict(about)})
    return 0


def _agreed(
    plan: SavedPlan, chosen: Container[str]
) -> tuple[dict[str, PlanDigest], dict[str, str]]:
    """Return what a deployment is held to, and a summary of each router that changes."""
    digests, changed = {}, {}
    for name, each in plan.hosts.items():
        if name in chosen:
            digests[name] = each.digest
            if each.commands:
                changed[name] = each.summary
    return digests, changed


def _show(console: Console, changed: Mapping[str, str], same: Collection[str]) -> None:
    """Print what a plan changes on each router, and how many stay as they are."""
    for fold in folds(changed.items()):
        console.out(f"{fold.hosts}: {fold.text}")
    if same:
        console.out(
            f"{n_routers(len(same))} to stay as {'it is' if len(same) == 1 else 'they are'}"
        )


def _mistakes(plan: SavedPlan, project: Project, file: Path) -> Iterator[Mistake]:
    for name, intent in project.intents.items():
        planned = plan.hosts.get(name)
        if intent and planned is None:
            message, hint = "is not in this plan", "plan it too, or leave it out with -l"
        elif planned and intent is None:
            message, hint = "is unmanaged now", "plan again with -o"
        elif planned and intent and planned.intent != intent_digest(intent):
            message, hint = "its intent changed after the plan was made", "plan again with -o"
        else:
            continue
        yield Mistake(message, hint, str(file), name, "knock" if planned else "hosts")


def _named(mistake: Mistake, file: Path, *, whole: bool) -> Mistake:
    """Return a mistake in the selection that a plan makes as one of the plan."""
    if not whole or mistake.key != "--limit":
        return mistake
    hint = "it is of another fleet, or the host is gone: plan again with -o"
    return Mistake(f"{mistake.message} of the inventory", hint, str(file), key="hosts")
