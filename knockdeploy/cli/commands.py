"""The commands over routers: render, preflight, plan, deploy, check."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from knockdeploy.cli.console import Console
from knockdeploy.cli.files import keep
from knockdeploy.cli.fleet import Selection, outcomes_of
from knockdeploy.cli.proving import check_machine
from knockdeploy.cli.results import check_lines
from knockdeploy.errors import InputError, Mistake, State
from knockdeploy.report.outcome import Outcome, exit_status
from knockdeploy.tasks.check import check as check_task
from knockdeploy.tasks.deploy import UNTOUCHED
from knockdeploy.tasks.deploy import deploy as deploy_task
from knockdeploy.tasks.job import Job
from knockdeploy.tasks.plan import plan as plan_task
from knockdeploy.tasks.render import render as render_task

_PLANNED = {"diff", "warnings"}
"""What a deployment that sent nothing says as its plan did."""


def render(console: Console, selection: Selection, folder: Path | None) -> int:
    """Print, or write to ``folder``, the configuration of each host, secrets and all."""
    project, job = selection.open(console, contacts=False)
    outcomes = outcomes_of(project, render_task, job)
    if folder is not None:
        outcomes = {name: _written(name, outcome, folder) for name, outcome in outcomes.items()}
        console.table(outcomes)
    elif not console.json:
        for name, outcome in outcomes.items():
            console.secret(f"! {name}: {outcome.status}\n{outcome.details.get('text', '')}")
    console.finish(outcomes, shows_secrets=True)
    return exit_status(outcomes)


def _written(name: str, outcome: Outcome, folder: Path) -> Outcome:
    text = outcome.details.get("text")
    if not isinstance(text, str):
        return outcome
    return replace(outcome, details={"path": str(keep(folder, f"{name}.cfg", text))})


def plan(console: Console, selection: Selection, saved: Path | None = None) -> int:
    """Show what each router, or its saved configuration, needs; change nothing."""
    project, job = selection.open(console, contacts=saved is None)
    outcomes = outcomes_of(project, plan_task, replace(job, saved=_folder(saved)))
    if not console.json:
        _show_diffs(console, outcomes)
    console.table(outcomes)
    console.finish(outcomes)
    return exit_status(outcomes)


def check(console: Console, selection: Selection, saved: Path | None = None) -> int:
    """Compare each router, or its saved configuration, with its intent."""
    project, job = selection.open(console, contacts=saved is None)
    outcomes = outcomes_of(project, check_task, replace(job, saved=_folder(saved)))
    return _reported(console, outcomes)


def preflight(console: Console, selection: Selection, folder: Path | None = None) -> int:
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
    for name, outcome in outcomes.items():
        for line in check_lines(outcome):
            console.out(f"{name}: {line}")
    console.table(outcomes)
    console.finish(outcomes)
    return exit_status(outcomes)


def _folder(saved: Path | None) -> Path | None:
    if saved is not None and not saved.is_dir():
        hint = "--from wants the folder of the saved configurations"
        raise InputError(Mistake("there is no such folder", hint, str(saved)))
    return saved


def deploy(console: Console, selection: Selection, *, yes: bool, **allowed: object) -> int:
    """Plan, show, ask, deploy. ``allowed`` are fields of the job."""
    if not yes and not sys.stdin.isatty():
        raise InputError(Mistake("there is no terminal to ask at", "--yes deploys without asking"))
    check_machine(allowed.get("proof_from"))
    project, job = selection.open(console)
    given = {name: value for name, value in allowed.items() if value is not None}
    job = replace(job, **({"confirm_minutes": job.settings.rollout.confirm_minutes} | given))  # type: ignore[arg-type]
    if not yes:
        planned = outcomes_of(project, plan_task, job)
        _show_diffs(console, planned)  # with --json too: whoever is asked has to see it
        console.table(planned)
        changed = [name for name, outcome in planned.items() if outcome.status == "changed"]
        if not changed:
            outcomes = {name: _as_deployed(outcome) for name, outcome in planned.items()}
            console.finish(outcomes)
            return exit_status(outcomes)
        if not _agreed(console, len(changed)):
            outcomes = {name: _as_declined(outcome) for name, outcome in planned.items()}
            console.table(outcomes)
            console.finish(outcomes)
            return exit_status(outcomes)
        job = replace(job, expected={name: planned[name].base or "" for name in changed})
        project = replace(
            project, nornir=project.nornir.filter(filter_func=lambda host: host.name in changed)
        )
        outcomes = {name: _as_deployed(outcome) for name, outcome in planned.items()}
        outcomes |= outcomes_of(project, deploy_task, job)
    else:
        outcomes = outcomes_of(project, deploy_task, job)
        if not console.json:
            _show_diffs(console, outcomes)
    console.table(outcomes)
    console.finish(outcomes)
    return exit_status(outcomes)


def _agreed(console: Console, n_routers: int) -> bool:
    console.say(f"Deploy to {n_routers} router{'s' if n_routers > 1 else ''}? [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _as_deployed(planned: Outcome) -> Outcome:
    """Return a plan's outcome as that of a deployment that sent nothing."""
    if planned.status == "unmanaged":
        return planned
    details = {
        **UNTOUCHED,
        **{key: planned.details[key] for key in _PLANNED & planned.details.keys()},
    }
    if planned.status == "unchanged":
        details["state"] = State.AFTER
    return Outcome(planned.status, details, planned.error)


def _as_declined(planned: Outcome) -> Outcome:
    outcome = _as_deployed(planned)
    return replace(outcome, status="skipped") if planned.status == "changed" else outcome


def _show_diffs(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    for name, outcome in outcomes.items():
        if difference := outcome.details.get("diff"):
            console.out(f"--- {name}\n{difference}")
    for name, outcome in outcomes.items():
        warnings = outcome.details.get("warnings")
        for text in warnings if isinstance(warnings, list) else ():
            console.out(f"{name}: warning: {text}")


__all__ = ["Job", "check", "deploy", "plan", "preflight", "render"]
