"""The commands over hosts that change nothing: render, preflight, plan, check."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from knockdeploy.change.options import USUAL, Options
from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import DIFFERENT
from knockdeploy.cli.findings import remember
from knockdeploy.cli.fleet import Selection, ended, outcomes_of
from knockdeploy.cli.fleet_page import NOTHING_MORE, Known, known
from knockdeploy.cli.formats import NAGIOS, TABLE, Wanted, put, wanted
from knockdeploy.cli.plans import keep_plan
from knockdeploy.cli.private_files import keep
from knockdeploy.cli.proving import check_machine
from knockdeploy.cli.readable import show_diffs, show_findings
from knockdeploy.cli.state_notices import notify_changes
from knockdeploy.compliance.rules import RULES
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import nearest
from knockdeploy.report.formats import nagios
from knockdeploy.report.made import RenderedFile, RenderOutcome
from knockdeploy.report.outcome import Outcome, exit_status
from knockdeploy.rollout.pace import Pace
from knockdeploy.store.findings import FindingsStore
from knockdeploy.store.lock import only_one
from knockdeploy.store.planfile import refuse_foreign
from knockdeploy.tasks.check import check as check_task
from knockdeploy.tasks.plan import plan as plan_task
from knockdeploy.tasks.render import render as render_task


def render(console: Console, selection: Selection, folder: Path | None) -> int:
    """Print, or write to ``folder``, the configuration of each host, secrets and all."""
    project, job = selection.open(console, contacts=False)
    outcomes = outcomes_of(project, render_task, job, contacts=False)
    if folder is not None:
        outcomes = {name: _written(name, outcome, folder) for name, outcome in outcomes.items()}
        console.table(outcomes)
    elif not console.json:
        for name, outcome in outcomes.items():
            text = outcome.text if isinstance(outcome, RenderOutcome) else ""
            console.secret(f"! {name}: {outcome.status}\n{text}")
    console.finish(outcomes, shows_secrets=True)
    return exit_status(outcomes)


def _written(name: str, outcome: Outcome, folder: Path) -> Outcome:
    if not isinstance(outcome, RenderOutcome) or outcome.error:
        return outcome
    return RenderedFile("rendered", str(keep(folder, f"{name}.cfg", outcome.text)))


def plan(  # noqa: PLR0913  # what to plan, and what becomes of it
    console: Console,
    selection: Selection,
    saved: Path | None,
    output: Path | None,
    *,
    exit_zero: bool = False,
    options: Options = USUAL,
) -> int:
    """Show what each router, or its saved configuration, needs; change nothing.

    What deploy is to be held to is kept in ``output``.
    """
    if output is not None:
        refuse_foreign(output)
    project, job = selection.open(console, options, contacts=saved is None)
    job = replace(job, saved=_folder(saved))
    outcomes = outcomes_of(project, plan_task, job, contacts=saved is None)
    if not console.json:
        show_diffs(console, outcomes)
    console.table(outcomes)
    if output is not None:
        keep_plan(console, outcomes, output)
    console.finish(outcomes)
    status = exit_status(outcomes)
    return 0 if exit_zero and status == DIFFERENT else status


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
        job, saved=_folder(saved), explain=rule, tell=lambda _host, text: said.append(text)
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
            job = replace(job, saved=_folder(saved), await_probe=pace.wait)
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
        return _reported(console, outcomes)
    console.finish(outcomes)
    return nagios.status(found) if what.shown == NAGIOS else exit_status(outcomes)


def preflight(console: Console, selection: Selection, folder: Path | None) -> int:
    """Say what stands in the way; keep in ``folder`` what each router said, without secrets."""
    from knockdeploy.tasks.preflight import preflight as preflight_task  # noqa: PLC0415  # it is long

    project, job = selection.open(console)
    heard: dict[str, str] = {}
    outcomes = outcomes_of(project, preflight_task, replace(job, capture=heard.__setitem__))
    if folder is not None:
        for name, text in heard.items():
            path = keep(folder, f"{name}.txt", console.redact(text))
            console.say(f"{name}: kept in {path}; it has names and addresses")
    return _reported(console, outcomes)


def _reported(console: Console, outcomes: Mapping[str, Outcome]) -> int:
    if not console.json:
        show_findings(console, outcomes)
    return ended(console, outcomes)


def _folder(saved: Path | None) -> Path | None:
    if saved is not None and not saved.is_dir():
        hint = "--from takes the folder of the saved configurations"
        raise InputError(Mistake("there is no such folder", hint, str(saved)))
    return saved
