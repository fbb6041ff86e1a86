"""Render: the knock configuration of a host as text that can be pasted."""

from __future__ import annotations

from nornir.core.task import Task

from knockdeploy.change.job import Job, nornir_task
from knockdeploy.intent import Intent
from knockdeploy.recipe.rendering import render as rendered
from knockdeploy.report.offline_outcomes import RenderOutcome


@nornir_task(RenderOutcome)
def render(_task: Task, job: Job, intent: Intent) -> RenderOutcome:
    """Render one host's configuration without asking the router."""
    recipe = job.recipe_of(intent)
    text = rendered(recipe, intent, recipe.offline(intent), job.settings.templates)
    return RenderOutcome("rendered", text)
