"""Who takes the turns of a run, by ``rollout.workers`` of the settings."""

from __future__ import annotations

from knockdeploy.change.job import Job
from knockdeploy.device.connection import known_hosts
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project
from knockdeploy.inventory.workers import is_scheduler
from knockdeploy.rollout.turn import Threads, Workers


def workers_for(project: Project, n_at_once: int, job: Job) -> Workers:
    """Return who takes at most so many turns at once; ``job`` has who is told of them.

    Processes are forked: not while other threads of ours are at work.

    Raises:
        InputError: the workers cannot be used; nothing was sent to them.
    """
    chosen = project.settings.rollout.workers
    if is_scheduler(chosen):
        return _cluster(project, job)
    if chosen == "threads":
        return Threads(n_at_once)
    from knockdeploy.rollout.processes import Processes  # noqa: PLC0415  # only where asked for

    return Processes(n_at_once, project.nornir, job)


def _cluster(project: Project, job: Job) -> Workers:
    settings, file = project.settings, project.config_file
    try:
        from knockdeploy.rollout import cluster, coordinator, scheduler  # noqa: PLC0415  # an extra, slow
    except ModuleNotFoundError:
        key = "user_defined.knockdeploy.rollout.workers"
        hint = "pip install 'knockdeploy[dask]'"
        raise InputError(Mistake("Dask is not installed", hint, str(file), key=key)) from None
    client, threads = scheduler.reached(settings.rollout.workers, file, settings.templates)
    hears = coordinator.Home(job, known_hosts(project.nornir.config))
    return cluster.Cluster(client, threads, hears)
