"""The command that checks: each router beside its intent, in the formats that are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from knockdeploy.change.options import USUAL, Options
from knockdeploy.cli.console import Console
from knockdeploy.cli.findings import remember
from knockdeploy.cli.fleet import Selection, ended, outcomes_of, saved_folder
from knockdeploy.cli.fleet_page import NOTHING_MORE, Known, known
from knockdeploy.cli.fleet_text import show_findings
from knockdeploy.cli.formats import NAGIOS, TABLE, Wanted, put, wanted
from knockdeploy.cli.proof_from import check_machine
from knockdeploy.cli.state_notices import notify_changes
from knockdeploy.compliance.rules import RULES
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import nearest
from knockdeploy.report.formats import nagios
from knockdeploy.report.outcome import Outcome, exit_status
from knockdeploy.rollout.pace import Pace
from knockdeploy.store.findings import FindingsStore
from knockdeploy.store.lock import only_one
from knockdeploy.tasks.check import check as check_task


@dataclass(frozen=True, slots=True)
class Reports:
    """What a check does beside looking: formats, files, whom to tell, and whether it knocks."""

    formats: tuple[str, ...] = ()
    output: Path | None = None
    notify: str | None = None
    options: Options = USUAL


def explain(console: Console, selection: Selection, saved: Path | None, rule: str) -> int:
    """Explain what a rule found on one router, and which line it judged."""
    if rule not in RULES:
        raise InputError(Mistake(f"unknown rule {rule}", nearest(rule, [*RULES])))
    project, job = selection.open(console, contacts=saved is None)
    said: list[str] = []
    job = replace(
        job, saved=saved_folder(saved), explain=rule, tell=lambda _host, text: said.append(text)
    )
    outcomes = outcomes_of(project, check_task, job)
    for line in said if not console.json else ():
        console.out(line)
    return ended(console, outcomes)


def check(
    console: Console,
    selection: Selection,
    saved: Path | None,
    reports: Reports,
    *,
    no_overlap: bool = False,
) -> int:
    """Compare each router, or its saved configuration, with its intent.

    ``no_overlap`` is for what starts checks by the clock: a person's check is not refused for it.
    """
    what = wanted(reports.formats, reports.output, json=console.json)
    with ExitStack() as alone:
        try:
            check_machine(reports.options.proof_from)
            project, job = selection.open(console, reports.options, contacts=saved is None)
            pace = Pace(1 / project.settings.rollout.probes_per_second, sleep=job.stop.wait)
            job = replace(job, saved=saved_folder(saved), await_probe=pace.wait)
            if no_overlap:
                alone.enter_context(only_one(job.state, "check"))
        except InputError as error:
            if what.shown != NAGIOS:
                raise
            console.out(nagios.refused(str(error)))
            return nagios.UNKNOWN
        outcomes = outcomes_of(project, check_task, job, contacts=saved is None)
        settings = project.settings
        store = FindingsStore(settings.saved_database if saved else settings.database)
        remember(console, store, settings.keep_days, outcomes)
        more = known(console, project, store) if what.has_page else NOTHING_MORE
        status = _told(console, outcomes, what, more)
        if reports.notify is None:
            return status
        told = "told-saved.json" if saved else "told.json"
        return notify_changes(console, reports.notify, job.state, outcomes, name=told) or status


def _told(console: Console, outcomes: Mapping[str, Outcome], what: Wanted, more: Known) -> int:
    found = put(console, outcomes, what, more)
    if what.shown == TABLE:
        if not console.json:
            show_findings(console, outcomes)
        return ended(console, outcomes)
    console.finish(outcomes)
    return nagios.status(found) if found and what.shown == NAGIOS else exit_status(outcomes)
