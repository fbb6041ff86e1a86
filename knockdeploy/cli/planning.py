"""The plan command: what each router needs; nothing is changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from knockdeploy.change.options import USUAL, ChangeOptions
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import DIFFERENT
from knockdeploy.cli.fleet import opened, outcomes_of, saved_folder
from knockdeploy.cli.fleet_text import show_diffs
from knockdeploy.cli.option_checks import refuse_together
from knockdeploy.cli.plans import keep_plan
from knockdeploy.cli.rolling import refuse_unfit
from knockdeploy.cli.rollout_options import RolloutOptions
from knockdeploy.store.planfile import refuse_foreign
from knockdeploy.tasks.plan import plan as plan_task


def plan(  # noqa: PLR0913  # what to plan, and what becomes of it
    console: Console,
    selection: Selection,
    saved: Path | None,
    output: Path | None,
    *,
    exit_zero: bool = False,
    options: ChangeOptions = USUAL,
    rollout: RolloutOptions | None = None,
) -> int:
    """Show what each router, or its saved configuration, needs; change nothing.

    ``output`` gets the plan that deploy is held to; ``rollout`` is how it would be carried out.
    """
    refuse_together({"--from": saved, "--save-all": options.saves_all})
    if output is not None:
        refuse_foreign(output)
    project, job = opened(selection, console, options, contacts=saved is None)
    if rollout is not None:
        refuse_unfit(project, rollout)
    job = replace(job, saved=saved_folder(saved))
    outcomes = outcomes_of(project, plan_task, job, contacts=saved is None)
    if not console.json:
        show_diffs(console, outcomes)
    console.table(outcomes)
    if output is not None:
        keep_plan(console, outcomes, output)
    status = console.finish(outcomes)
    return 0 if exit_zero and status == DIFFERENT else status
