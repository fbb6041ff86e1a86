"""A command over the selected hosts: the project loaded, a task run on each, outcomes by name."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from knockdeploy.change.job import Job
from knockdeploy.change.options import USUAL, ChangeOptions
from knockdeploy.cli.arguments.hosts import Routers, Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import LOADING
from knockdeploy.cli.interrupt import StoppedError, finishing, warn
from knockdeploy.cores import on_all_cores
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent
from knockdeploy.inventory import Project, load, resolve_credentials
from knockdeploy.ios.parse import library
from knockdeploy.recipe.platforms import recipe_for, unsupported
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.recipe.rendering import render
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.pace import Pace
from knockdeploy.rollout.progress import Follow, Progress
from knockdeploy.rollout.turn import Turn, Verb
from knockdeploy.sequence import KnockSequence
from knockdeploy.store.packed import Packed, packed
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir


def opened(
    selection: Selection,
    console: Console,
    options: ChangeOptions = USUAL,
    *,
    contacts: bool = True,
) -> tuple[Project, Job]:
    """Load the selected hosts, and check everything that needs no router.

    Raises:
        InputError: with every mistake; nothing was sent.
    """
    project = load(selection.config, selection.limit or (), selection.filters or ())
    if isinstance(selection, Routers) and selection.forks:
        project = project.with_forks(selection.forks)
    secrets = resolve_credentials(project) if contacts else frozenset()
    intents = [intent for intent in project.intents.values() if intent]
    hidden = (KnockSequence(knocks) for each in intents for knocks in each.silent.values())
    console.redact = type(console.redact)(secrets, hidden)
    _redact_logs(project, console)
    state = StateDir(project.settings.state_dir)
    if templates := project.settings.templates:
        _try_templates(project, templates)
    if contacts:
        state.files.prepare()
        # No daemon: the interpreter must not end while a library is half loaded.
        threading.Thread(target=_load, args=(project,), name=LOADING).start()
    record = Run(state, console.run)
    job = Job(project.intents, project.settings, state, record, options, tell=console.tell)
    return project, job


@contextmanager
def asked_by(key: str) -> Iterator[None]:
    """Report a host that does not exist as a mistake in ``key``: no --limit was given.

    Raises:
        InputError: in place of the one that was raised.
    """
    try:
        yield
    except InputError as error:
        blamed = (replace(m, key=key) if m.key == "--limit" else m for m in error.mistakes)
        raise InputError(*blamed) from None


def saved_folder(saved: Path | None) -> Path | None:
    """Return the folder of saved configurations that was named, if any.

    Raises:
        InputError: there is no such folder.
    """
    if saved is not None and not saved.is_dir():
        hint = "--from takes the folder of the saved configurations"
        raise InputError(Mistake("there is no such folder", hint, str(saved)))
    return saved


def _wanted(project: Project) -> Iterator[tuple[Recipe, Intent]]:
    """Yield recipe and intent of each managed host whose platform is supported."""
    for name, intent in project.intents.items():
        platform = project.nornir.inventory.hosts[name].platform
        if intent and unsupported(intent, platform) is None:
            yield recipe_for(intent, platform), intent


def _try_templates(project: Project, templates: Path) -> None:
    """Render every host: a wrong template is reported before any router is contacted."""
    for recipe, intent in _wanted(project):
        render(recipe, intent, recipe.offline(intent), templates)


def _load(project: Project) -> None:
    """Load what planning needs, while we wait for the routers anyway."""
    from knockdeploy.recipe.blocks import compiled  # noqa: PLC0415  # it loads jinja2

    for recipe, _ in islice(_wanted(project), 1):  # most fleets have one recipe
        compiled(recipe, project.settings.templates)
    library()


def outcomes_of(
    project: Project, task: Verb, job: Job, *, contacts: bool = True
) -> Mapping[str, Outcome]:
    """Run ``task`` on every host of the project and return what became of each, in order.

    Without ``contacts`` all cores are used.

    Raises:
        StoppedError: by Ctrl-C; the routers in flight were finished, the others not begun. By a
            second one: those in flight are left as they are.
    """
    project.nornir.data.reset_failed_hosts()  # or hosts that failed before are left out in silence
    outcomes = Packed[Outcome]()
    progress = Progress(outcomes=outcomes)
    rate = project.settings.rollout.logins_per_second
    follow = Follow(progress, Pace(1 / rate if rate else 0.0, sleep=job.stop.wait), job.parts)
    nornir = project.nornir.with_processors([follow])
    try:
        with finishing(job.stop, progress, warn):
            if not contacts and not job.explain:
                _compute(project, task, job, outcomes)
            done = frozenset(progress.outcomes)
            left = nornir.filter(filter_func=lambda host: host.name not in done)
            if left.inventory.hosts:  # else Nornir warns that there are none
                left.run(task=task, job=job)
    except StoppedError as stop:
        stop.outcomes = {**job.parts, **progress.outcomes}  # what is no part any more is there
        raise
    outcomes.sort(project.nornir.inventory.hosts)
    if job.stop.is_set():
        raise StoppedError(outcomes)
    return outcomes


def _compute(project: Project, task: Verb, job: Job, outcomes: Packed[Outcome]) -> None:
    """Add outcomes, computed on all cores, until somebody stops."""
    hosts, config = project.nornir.inventory.hosts, project.nornir.config
    names = list(hosts)

    def compute(name: str) -> bytes:
        return packed(Turn(hosts[name], config, task, replace(job, parts={})).take())

    computed = on_all_cores(compute, names)
    for name, outcome in zip(names, computed, strict=True):
        outcomes.put(name, outcome)  # no session is left behind that `ended` would look for
        if job.stop.is_set():
            return


def ended(console: Console, outcomes: Mapping[str, Outcome]) -> int:
    """Print what became of each host; return the exit status that asks for."""
    console.table(outcomes)
    return console.finish(outcomes)


def _redact_logs(project: Project, console: Console) -> None:
    """Redact what Nornir and its libraries log, wherever that goes."""
    loggers = ("", *project.nornir.config.logging.loggers)
    handlers = [handler for name in loggers for handler in logging.getLogger(name).handlers]
    for handler in (*handlers, logging.lastResort):
        if handler:
            handler.addFilter(console.redact)
