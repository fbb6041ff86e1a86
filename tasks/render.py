"""Render: the knock configuration of a host as text that can be pasted."""

from __future__ import annotations

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run
from knockdeploy.intent import Intent
from knockdeploy.recipe.rendering import render as rendered
from knockdeploy.report.offline_outcomes import RenderOutcome


def render(task: Task, job: Job) -> Result:
    """Render one host's configuration without asking the router."""
    return run(task, job, _render, RenderOutcome)


def _render(_task: Task, job: Job, intent: Intent) -> RenderOutcome:
    recipe = job.recipe_of(intent)
    text = rendered(recipe, intent, recipe.offline(intent), job.settings.templates)
    return RenderOutcome("rendered", text)
