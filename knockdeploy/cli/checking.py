"""The check command: each router compared with its intent, reported in several formats."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from knockdeploy.change.options import ChangeOptions
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.arguments.looking import Reports
from knockdeploy.cli.console import Console
from knockdeploy.cli.findings import remember
from knockdeploy.cli.fleet import asked_by, ended, opened, outcomes_of, saved_folder
from knockdeploy.cli.fleet_page import NO_CONTEXT, PageContext, page_context
from knockdeploy.cli.fleet_text import show_findings
from knockdeploy.cli.formats import NAGIOS, TABLE, Wanted, put, wanted
from knockdeploy.cli.option_checks import check_machine, check_rule, refuse_together
from knockdeploy.cli.state_notices import notify_changes
from knockdeploy.errors import InputError, Mistake
from knockdeploy.report.formats import nagios
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.pace import Pace
from knockdeploy.store.findings import FindingsStore
from knockdeploy.store.locks import HeldError
from knockdeploy.store.state import StateDir
from knockdeploy.tasks.check import check as check_task


def explain(  # noqa: PLR0913, PLR0917  # whom and what, and what does not go with it
    console: Console,
    selection: Selection,
    saved: Path | None,
    reports: Reports,
    host: str,
    rule: str,
) -> int:
    """Explain what a rule found on one router, and which line it judged."""
    refuse_together(
        {
            "--explain": rule, "-l": selection.limit, "--format": reports.formats,
            "-o": reports.output, "--notify": reports.notify, "--probe": reports.probe,
            "--proof-from": reports.proof_from, "--no-overlap": reports.no_overlap,
        }
    )  # fmt: skip
    check_rule(rule)
    with asked_by("--explain"):
        project, job = opened(replace(selection, limit=[host]), console, contacts=saved is None)
    lines: list[str] = []
    job = replace(
        job, saved=saved_folder(saved), explain=rule, tell=lambda _host, text: lines.append(text)
    )
    outcomes = outcomes_of(project, check_task, job)
    for line in lines if not console.json else ():
        console.out(line)
    return ended(console, outcomes)


def check(console: Console, selection: Selection, saved: Path | None, reports: Reports) -> int:
    """Compare each router, or its saved configuration, with its intent."""
    what = wanted(reports.formats or (), reports.output, json=console.json)
    options = ChangeOptions(probes=reports.probe, proof_from=reports.proof_from)
    with ExitStack() as alone:
        try:
            check_machine(reports.proof_from)
            _refuse_idle(saved, reports)
            project, job = opened(selection, console, options, contacts=saved is None)
            pace = Pace(1 / project.settings.rollout.probes_per_second, sleep=job.stop.wait)
            job = replace(job, saved=saved_folder(saved), await_probe=pace.wait)
            if reports.no_overlap:
                alone.enter_context(_only_check(job.state))
        except InputError as error:
            if what.shown != NAGIOS:
                raise
            console.whole(nagios.refused(str(error)))
            return nagios.UNKNOWN
        outcomes = outcomes_of(project, check_task, job, contacts=saved is None)
        settings = project.settings
        store = FindingsStore(settings.saved_database if saved else settings.database)
        remember(console, store, settings.keep_days, outcomes)
        context = page_context(console, project, store) if what.has_page else NO_CONTEXT
        status = _report(console, outcomes, what, context)
        if reports.notify is None:
            return status
        name = "told-saved.json" if saved else "told.json"
        return notify_changes(console, reports.notify, job.state, outcomes, name=name) or status


def _refuse_idle(saved: Path | None, reports: Reports) -> None:
    """Refuse options about knocks where nothing is knocked at."""
    if reports.proof_from and not reports.probe:
        raise InputError(Mistake("--proof-from has nothing to knock for", "--probe goes with it"))
    refuse_together({"--from": saved, "--probe": reports.probe})


@contextmanager
def _only_check(state: StateDir) -> Iterator[None]:
    """Hold the lock of scheduled checks until the block ends.

    Raises:
        InputError: another one is under way, or the state folder cannot be used.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(state.files.hold("check.lock", f"process {os.getpid()}"))
        except HeldError:
            message = "another check of this project is under way"
            raise InputError(Mistake(message, "nothing was asked of any router")) from None
        yield


def _report(
    console: Console, outcomes: Mapping[str, Outcome], what: Wanted, context: PageContext
) -> int:
    check = put(console, outcomes, what, context)
    if what.shown == TABLE:
        if not console.json:
            show_findings(console, outcomes)
        return ended(console, outcomes)
    status = console.finish(outcomes)
    return nagios.status(check) if check and what.shown == NAGIOS else status
