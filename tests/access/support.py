"""Tasks run as their commands do, several at once: the command line prints to the process's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from commandline import Document
from nornir.core.task import Result, Task

from knockdeploy.change import prover
from knockdeploy.change.job import Job
from knockdeploy.change.options import ChangeOptions
from knockdeploy.change.prover import Patience
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import opened, outcomes_of
from knockdeploy.lab.fabric import Fabric


@contextmanager
def hurried() -> Iterator[None]:
    """Wait for less."""
    with mock.patch.object(prover, "PATIENCE", Patience(entry_s=2.5, second_entry_s=0.3)):
        yield


def run(running: Fabric, task: Callable[[Task, Job], Result], **options: Any) -> Document:
    """Run a task; ``said`` is what it told meanwhile."""
    selection = Selection(running.config_file)
    project, job = opened(selection, Console("deploy", json=True), ChangeOptions(**options))
    said: list[str] = []
    job = replace(job, tell=lambda _host, what: said.append(what))
    return {**outcomes_of(project, task, job)["r1"].to_json(), "said": said}
