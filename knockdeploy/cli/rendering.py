"""The render command: the configuration of each host, offline."""

from __future__ import annotations

from pathlib import Path

from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import opened, outcomes_of
from knockdeploy.cli.private_files import keep
from knockdeploy.report.offline_outcomes import RenderedFile, RenderOutcome
from knockdeploy.report.outcome import Outcome
from knockdeploy.tasks.render import render as render_task


def render(console: Console, selection: Selection, folder: Path | None, *, force: bool) -> int:
    """Print the configuration of each host, or write it to ``folder``; secrets included."""
    project, job = opened(selection, console, contacts=False)
    outcomes = outcomes_of(project, render_task, job, contacts=False)
    if folder is not None:
        outcomes = {
            name: _written(name, outcome, folder, force=force) for name, outcome in outcomes.items()
        }
        console.table(outcomes)
    elif not console.json:
        for name, outcome in outcomes.items():
            text = outcome.text if isinstance(outcome, RenderOutcome) else ""
            console.secret(f"! {name}: {outcome.status}\n{text}")
    return console.finish(outcomes, shows_secrets=True)


def _written(name: str, outcome: Outcome, folder: Path, *, force: bool) -> Outcome:
    if not isinstance(outcome, RenderOutcome) or outcome.error:
        return outcome
    path = keep(folder, f"{name}.cfg", outcome.text, replaces=force)
    return RenderedFile("rendered", str(path))
