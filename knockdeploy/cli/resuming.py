"""Carry on with a run that was stopped or killed, as it was agreed to."""

from __future__ import annotations

import datetime
import glob
import sys
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import fields, replace
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.change.options import USUAL
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.change_run import ChangeRequest, FleetChange, agreed, refuse_unasked
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended, opened
from knockdeploy.cli.interrupt import StoppedError
from knockdeploy.cli.past import outcomes_then, runs_of
from knockdeploy.cli.rolling import Rollout, n_workers, show_stages, window_of
from knockdeploy.cli.rollout_options import RolloutOptions
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.fold import few
from knockdeploy.report.outcome import DONE, UNMANAGED, Outcome
from knockdeploy.rollout.agreed import Agreed
from knockdeploy.rollout.course import Course
from knockdeploy.rollout.turn import Verbs
from knockdeploy.rollout.window import day_and_time
from knockdeploy.state import State
from knockdeploy.store.journal import Event
from knockdeploy.store.planfile import intent_digest
from knockdeploy.store.runs import Run

_FIELDS: Final = fields(ChangeOutcome)
_DONE: Final = DONE | {"unchanged"}
_MAY_REVERT: Final = {State.REVERTING, State.UNKNOWN}


def _refuse_more(request: ChangeRequest, more: object) -> None:
    """Let nothing be said that would make a resumed run another one."""
    of_tonight = replace(request.rollout, canary=None, batch=None, max_failures=None)
    is_plain = (request.options, request.rollout) == (USUAL, of_tonight)
    if more or not (is_plain and request.selection.is_all):
        message = "a run is resumed with the options it began with"
        hint = "only --until, --notify, --yes, --json and -c go with it"
        raise InputError(Mistake(message, hint, key="--resume"))


def resume(
    console: Console,
    request: ChangeRequest,
    prefix: str,
    verbs_of: Callable[[Job, Agreed], Verbs],
    more: object = None,
) -> int:
    """Do what is left of a run; the window and whom to tell, if given anew, count from here on.

    ``more`` is what else was asked for, which does not go with it.

    Raises:
        InputError: there is no such run, it is under way, its inventory has changed since, its
            window is over, or something was said that would make it another run.
    """
    _refuse_more(request, more)
    given = request.rollout
    run = runs_of(request.selection.config).open(prefix)
    terms = _terms(console, run)
    console.run = run.name
    project, job = _opened(console, request.selection, run)
    _refuse_changed(terms, project, run)
    job = replace(job, run=run, expected=terms.planned, options=terms.options)
    verbs = verbs_of(job, terms)
    before = {name: _plain(each, verbs.outcome) for name, each in outcomes_then(run).items()}
    done = {name: e for name, e in before.items() if e.status in _DONE and e.error is None}
    terms = _from_here_on(terms, project, given)
    rollout = _rest(run, terms, before, done)
    n_left = sum(len(stage.hosts) for stage in rollout.course.stages)
    _refuse_window_that_is_over(run, n_left, terms.limits.until_s)
    refuse_unasked(console, given)
    console.say(f"run {run.name}: {len(done)} done, {n_left} left")
    show_stages(console, rollout)
    asks = n_left and not given.yes and sys.stdin.isatty()
    if asks and not agreed(console, rollout.course.stages, "Resume with"):
        return ended(console, before)
    run.agree(terms.to_json())
    change = FleetChange(console, project, verbs, job)
    kept = {host: each for host, each in done.items() if host not in rollout.before}
    try:
        outcomes = change.walked(rollout)
    except StoppedError as stop:
        stop.outcomes = {**stop.outcomes, **kept}
        raise
    return change.over({**outcomes, **kept}, done)


def _from_here_on(terms: Agreed, project: Project, given: RolloutOptions) -> Agreed:
    """Return the terms with what is given anew."""
    until_s = window_of(given.until) or terms.limits.until_s
    limits = replace(terms.limits, n_workers=n_workers(project), until_s=until_s)
    notify = terms.notify if given.notify is None else given.notify
    return replace(terms, limits=limits, notify=notify)


def _rest(
    run: Run, terms: Agreed, before: Mapping[str, Outcome], done: Mapping[str, Outcome]
) -> Rollout:
    """Return what is left of a run, of which ``before`` is what became of each host."""
    canaries = [each.host for each in run.events if each.event == Event.CANARY]
    grown = terms.grown(canaries)
    stood = grown.stood(done, run.ended_once)
    is_proved = any(each.status in DONE for each in before.values())
    took = (each.seconds for each in before.values() if isinstance(each, ChangeOutcome))
    course = Course(
        grown.left(frozenset(done), stood, is_proved=is_proved),
        terms.limits,
        terms.sites,
        stood,
        is_proved,
        slowest_s=max(took, default=0.0),
    )
    again = {host: each for there in stood.values() for host, each in there.items()}
    return Rollout(course, again, own_reverts(run, done), terms.notify)


def _refuse_window_that_is_over(run: Run, n_left: int, until_s: float | None) -> None:
    if n_left and until_s is not None and until_s <= time.time():
        message = f"the window of run {run.name} ended on {day_and_time(until_s)}"
        raise InputError(Mistake(message, "give the end of a new one, HH:MM", key="--until"))


def _terms(console: Console, run: Run) -> Agreed:
    if run.about.command != console.command:
        message = f"run {run.name} is a {run.about.command}, not a {console.command}"
        raise InputError(Mistake(message, f"{run.about.command} --resume does what is left"))
    if run.is_under_way:
        raise InputError(Mistake(f"run {run.name} is under way", "`show` tells how far it is"))
    try:
        if (data := run.terms) is not None:
            return Agreed.read(data)
    except ValueError:
        pass
    message = f"the options of run {run.name} are not known"
    raise InputError(Mistake(message, f"run {console.command} again: it does what is left"))


def _opened(console: Console, selection: Selection, run: Run) -> tuple[Project, Job]:
    limit = [*map(glob.escape, run.about.hosts)]
    try:
        return opened(replace(selection, limit=limit), console)
    except InputError as error:
        gone = [each for each in error.mistakes if each.key == "--limit"]
        if not gone:
            raise
        message = "the inventory has changed since the run began: " + gone[0].message
        hint = f"run {console.command} again: it does what is left"
        raise InputError(Mistake(message, hint, key="--resume")) from None


def _refuse_changed(terms: Agreed, project: Project, run: Run) -> None:
    changed = [
        name
        for name, intent in project.intents.items()
        if terms.intents.get(name) != (intent_digest(intent) if intent else None)
    ]
    if changed:
        message = f"the intent of {few(changed)} changed since run {run.name} began"
        hint = "restore the inventory, or begin a new run"
        raise InputError(Mistake(message, hint, key="--resume"))


def own_reverts(run: Run, done: Container[str] = ()) -> dict[str, float]:
    """Return when each router goes back by itself that the run left in the middle."""
    left = {
        host
        for host, ending in run.endings.items()
        if host not in done and (ending is None or ending.get("state") in _MAY_REVERT)
    }
    return {
        each.host: datetime.datetime.fromisoformat(each.reverts).timestamp()
        for each in run.events
        if each.reverts and each.host in left
    }


def _plain(outcome: Outcome, kind: type[ChangeOutcome]) -> Outcome:
    """Return a recalled outcome as that of the command itself."""
    if not isinstance(outcome, ChangeOutcome):
        return UNMANAGED if outcome.status == UNMANAGED.status else kind("skipped")
    return kind(**{each.name: getattr(outcome, each.name) for each in _FIELDS})
