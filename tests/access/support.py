"""Tasks run as their commands do, several at once: the command line prints to the process's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from e2e.support import Document
from nornir.core.task import Result, Task

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection, outcomes_of
from knockdeploy.lab.fabric import Fabric
from knockdeploy.tasks.job import Job


def run(running: Fabric, task: Callable[[Task, Job], Result], **fields: Any) -> Document:
    """Run a task; ``said`` is what it told meanwhile, ``fields`` are the job's."""
    project, job = Selection(running.config_file).open(Console("deploy", json=True))
    said: list[str] = []
    job = replace(job, tell=lambda _host, what: said.append(what), **fields)
    return {**outcomes_of(project, task, job)["r1"].to_json(), "said": said}
