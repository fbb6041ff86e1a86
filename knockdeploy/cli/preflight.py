"""The preflight command: what stands in the way on each router."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended, opened, outcomes_of
from knockdeploy.cli.fleet_text import show_findings
from knockdeploy.cli.private_files import keep, prepare, refuse_other
from knockdeploy.tasks.preflight import preflight as preflight_task


def preflight(console: Console, selection: Selection, folder: Path | None) -> int:
    """Say what stands in the way; keep in ``folder`` what each router said, without secrets."""
    if folder is not None:
        prepare(folder)
    project, job = opened(selection, console)
    if folder is not None:
        for name in project.nornir.inventory.hosts:
            refuse_other(folder / f"{name}.txt", _is_capture, "choose another folder")
        job = replace(job, capture=partial(_capture, console, folder))
    outcomes = outcomes_of(project, preflight_task, job)
    if not console.json:
        show_findings(console, outcomes)
    return ended(console, outcomes)


def _is_capture(text: str) -> bool:
    """Tell whether a text is a capture: it begins with a prompt and a show command."""
    return re.match(r"\S+#show ", text) is not None


def _capture(console: Console, folder: Path, name: str, text: str) -> None:
    """Keep a router's answers as soon as they are there; from several threads."""
    path = keep(folder, f"{name}.txt", console.redact(text))
    console.say(f"{name}: kept in {path}; it has names and addresses")
