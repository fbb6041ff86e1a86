"""A command over the selected hosts: the project loaded, a task run on each, outcomes by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nornir.core.task import Result, Task

from knockdeploy.cli.console import Console
from knockdeploy.errors import InternalError
from knockdeploy.inventory import Project, load, resolve_credentials
from knockdeploy.rendering import offline_site, render
from knockdeploy.report.outcome import Outcome
from knockdeploy.store.state import StateDir
from knockdeploy.tasks.job import Job


@dataclass(frozen=True, slots=True)
class Selection:
    """Which project and which of its hosts a command is for."""

    config: Path
    limit: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Path, limit: list[str] | None, filters: list[str] | None) -> Selection:
        """Return the selection that the command line makes."""
        hosts = (host for item in limit or () for host in item.split(","))
        return cls(config, tuple(hosts), tuple(filters or ()))

    def open(self, console: Console, *, contacts: bool = True) -> tuple[Project, Job]:
        """Load and check everything that needs no router.

        Raises:
            InputError: with every mistake; nothing was sent.
        """
        project = load(self.config, self.limit, self.filters)
        secrets = resolve_credentials(project) if contacts else frozenset()
        intents = [intent for intent in project.intents.values() if intent]
        console.redact = type(console.redact)(secrets, [intent.sequence for intent in intents])
        state = StateDir(project.settings.state_dir)
        if contacts:
            state.prepare()
        for intent in intents:  # a wrong template is said before a router is asked
            render(intent, offline_site(intent), project.settings.templates)
        return project, Job(project.intents, project.settings, state, tell=console.tell)


def outcomes_of(
    project: Project, task: Callable[[Task, Job], Result], job: Job
) -> dict[str, Outcome]:
    """Run ``task`` on every host of the project and return what became of each, in order."""
    project.nornir.data.reset_failed_hosts()  # or hosts that failed before are left out in silence
    results = project.nornir.run(task=task, job=job)
    return {
        name: _outcome(results[name].result if name in results else None)
        for name in project.nornir.inventory.hosts
    }


def _outcome(result: object) -> Outcome:
    if isinstance(result, Outcome):
        return result
    return Outcome("failed", error=InternalError("the task gave no outcome"))
