"""The command that looks ahead: what stands in the way on each router."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection, ended, outcomes_of
from knockdeploy.cli.private_files import keep
from knockdeploy.cli.readable import show_findings
from knockdeploy.tasks.preflight import preflight as preflight_task


def preflight(console: Console, selection: Selection, folder: Path | None) -> int:
    """Say what stands in the way; keep in ``folder`` what each router said, without secrets."""
    project, job = selection.open(console)
    heard: dict[str, str] = {}
    outcomes = outcomes_of(project, preflight_task, replace(job, capture=heard.__setitem__))
    if folder is not None:
        for name, text in heard.items():
            path = keep(folder, f"{name}.txt", console.redact(text))
            console.say(f"{name}: kept in {path}; it has names and addresses")
    if not console.json:
        show_findings(console, outcomes)
    return ended(console, outcomes)
