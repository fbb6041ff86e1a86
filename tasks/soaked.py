"""Soaked: is a router still as it was changed? A check, loaded by the runs that soak: few do."""

from __future__ import annotations

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job


def soaked(task: Task, job: Job) -> Result:
    """Look at a router again, as ``check`` does."""
    from knockdeploy.tasks.check import check  # noqa: PLC0415  # a twelfth of what a deploy loads

    return check(task, job)
