"""One router as a check or a preflight sees it: read, or saved, whatever became of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from knockdeploy.change.job import Job, knocks_of
from knockdeploy.change.needed import Change, change_from
from knockdeploy.change.offline import saved_notes, saved_reading
from knockdeploy.change.survey import MISPLACED, Survey
from knockdeploy.compliance import check, facts
from knockdeploy.compliance.facts import Router
from knockdeploy.compliance.other_router import other_router
from knockdeploy.compliance.policy_file import FILE_SYSTEMS, TCLSH
from knockdeploy.compliance.resources import archive_place
from knockdeploy.device import tclsh
from knockdeploy.device.answers import configuration
from knockdeploy.device.arming import disarmed
from knockdeploy.device.reading import Reading, read
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    InternalError,
    LockoutError,
    OpensError,
    OtherListError,
    PrivilegeError,
    RouterError,
)
from knockdeploy.intent import Intent
from knockdeploy.ios.bulk import without_bulk
from knockdeploy.ios.counters import TemporaryEntry
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_name
from knockdeploy.plan.difference import difference
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running

REFUSALS: Final = (*MISPLACED, LockoutError, OpensError, PrivilegeError)
"""What stands against an intent on a router, and no failure of ours or of the line."""


@dataclass(frozen=True, slots=True)
class CheckedRouter:
    """What there is to judge.

    ``text`` is the configuration as it was printed. ``change`` is what the router needs; None where
    it could not be told, and ``refusal`` says why: a defect of ours, or what does not fit.
    """

    text: str
    running: Running
    router: Router
    is_live: bool
    change: Change | None = None
    refusal: RouterError | None = None


def look(host: str, job: Job, intent: Intent, session: RouterSession | None) -> CheckedRouter:
    """Read a router, or its saved configuration; what a repair would open is not judged.

    Raises:
        RouterError: it cannot be read, or does not fit the intent and has nothing of ours.
    """
    kept = tuple(map(interface_name, intent.interface))
    survey = Survey(intent, job, excerpt=lambda text: without_bulk(text, kept))
    if session:
        saved, reading = None, read(session, survey.concern_if_it_fits, check.SHOWS)
    else:
        saved, reading = saved_reading(host, survey)
    text = configuration(saved.text) if saved else reading.running
    reading = replace(
        reading, running=survey.excerpt(reading.running), startup=survey.excerpt(reading.startup)
    )
    try:
        change = change_from(reading, survey, operator=None, planned_by=difference)
    except (*MISPLACED, InternalError) as error:
        running, router = _unplaced(host, reading, survey, error)
        return CheckedRouter(text, running, router, session is not None, refusal=error)
    if saved:
        change = replace(change, notes=tuple(saved_notes(saved, reading, change.at)))
    running, at = survey.place(reading.version.number, reading.running)
    running = running.numbered(change.plan.before)
    router = Router(
        running.config,
        reading.answers,
        owned=at.owned,
        temporary=tuple(_temporary(reading, at, survey.recipe)),
        temporary_in=at.acl_header,
        is_saved=change.has_saved_ours if session and not change.plan.steps else None,
        saved_entries=reading.saved_passing,
        recipe=survey.recipe,
    )
    return CheckedRouter(text, running, router, session is not None, change)


def look_ahead(session: RouterSession, survey: Survey) -> tuple[Reading, Router]:
    """Read a router that may not have anything of ours yet, with all that a preflight looks at.

    Raises:
        RouterError: it cannot be read.
    """
    reading = read(session, survey.concern_if_it_fits)
    running = Running(parse(reading.running)).config
    *answers, directory = session.ask(*facts.SHOWS, f"dir {archive_place(running)}")
    answered = dict(zip(facts.SHOWS, answers, strict=True))
    if survey.intent.engine == "tcl":  # a policy is a file
        (systems,) = session.ask(FILE_SYSTEMS)
        answered |= {FILE_SYSTEMS: systems, TCLSH: tclsh.refused(session)}
    owned, rendered = survey.recipe.offline(survey.intent).owned, _rendered(reading, survey)
    return reading, Router(running, answered, directory, rendered, owned, recipe=survey.recipe)


def _rendered(reading: Reading, survey: Survey) -> Node:
    try:
        _, at = survey.place(reading.version.number, reading.running)
        return wanted(survey.recipe, survey.intent, at, survey.job.settings.templates)
    except REFUSALS:
        return Node("")


def _unplaced(
    host: str, reading: Reading, survey: Survey, error: RouterError
) -> tuple[Running, Router]:
    """Return a router that has something of ours, though not where the intent wants it.

    Raises:
        RouterError: ``error``, where it has nothing.
    """
    running, recipe = Running(disarmed(parse(reading.running))), survey.recipe
    if running.record is None and not isinstance(error, OtherListError):
        knocks = knocks_of(host, survey.intent, survey.job.state)
        for each in other_router(host, running.config, reading.running, knocks):
            error.message = f"{error.message}; {each.line}: is this {host}?"
        raise error
    owned = recipe.offline(survey.intent).owned
    return running, Router(running.config, reading.answers, owned=owned, recipe=recipe)


def _temporary(reading: Reading, at: Placement, recipe: Recipe) -> Iterator[TemporaryEntry]:
    if recipe.grant.is_configured:  # whose entries have no time: the router itself counts it
        return
    if set(recipe.grant.shows(at)) <= reading.answers.keys():
        yield from recipe.grant.standing(reading.answers, at)
