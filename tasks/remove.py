"""Remove: take the feature off a router, which is then as it was before the first deployment."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import chain

from nornir.core.task import Task

from knockdeploy.change import files
from knockdeploy.change.confirm_time import armed_for
from knockdeploy.change.image_quirks import dialect_of
from knockdeploy.change.job import Job, nornir_task, session_of
from knockdeploy.change.needed import Change
from knockdeploy.change.refusals import unless_locked
from knockdeploy.change.shown import plan_outcome
from knockdeploy.change.survey import as_read
from knockdeploy.device.arming import disarmed
from knockdeploy.device.reading import Concern, read
from knockdeploy.device.session import RouterSession
from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.ios.version import Version
from knockdeploy.plan.model import Restored, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe.placement import Placements
from knockdeploy.recipe.record import Record
from knockdeploy.recipe.running import Running
from knockdeploy.report.change import ChangeOutcome, PlanOutcome, RemoveOutcome
from knockdeploy.tasks.deploy import Operation, carry_out


@nornir_task(RemoveOutcome)
def remove(task: Task, job: Job, intent: Intent) -> ChangeOutcome:
    """Leave nothing of ours on one router, confirmed and saved; or leave it as it was."""
    operation = Operation(partial(back_to, Node("")), RemoveOutcome)
    return carry_out(task, job.unproved, intent, operation)


@nornir_task(PlanOutcome)
def plan_removal(task: Task, job: Job, intent: Intent) -> PlanOutcome:
    """Read one router, and report what a removal does and ``opens``; change nothing."""
    change = back_to(Node(""), session_of(task, job), intent, job.opening)
    return unless_locked(change, plan_outcome(change, job.masker(intent)))


def back_to(
    before: Node,
    session: RouterSession,
    intent: Intent,
    job: Job,
    refuse: Callable[[Node], None] = lambda _running: None,
) -> Change:
    """Read a router and plan what gives it what of ours ``before`` has; nothing is changed.

    Raises:
        RouterError: it cannot be read, or the change is refused, by ``refuse`` first.
    """
    recipe = job.recipe_of(intent)

    @cache  # asked while the router is read, and once it is
    def placed(text: str) -> tuple[Running, Placements]:
        unnumbered = Running(disarmed(parse(text)))
        return unnumbered, recipe.placements(unnumbered, before, intent)

    def concern(_version: Version, text: str) -> Concern:
        unnumbered, at = placed(text)
        lists = [recipe.edited_by_number(unnumbered, each) for each in (at.now, at.then)]
        return Concern(tuple(chain(*lists)), files.concerned(at.now, at.then))

    reading = read(session, concern)
    unnumbered, at = placed(reading.running)
    running = Running(as_read(reading, unnumbered.config))
    refuse(running.config)
    # What was taken away, and could not be saved then, is told by the startup configuration alone.
    is_gone = running.record is None and Record.read(before) is None
    owner = recipe.placements(running, parse(reading.startup), intent) if is_gone else at
    terms = Terms(
        intent,
        recipe,
        reading.operator,
        allow_open=job.options.allows_opening,
        dialect=dialect_of(job, reading.version.number),
    )
    made = plan(running, Restored(before, at), terms)
    armed, notes = armed_for(parse(reading.running), len(made.commands), intent, job)
    change = Change(reading, terms, owner.now, owner, Node(""), made, armed, notes=notes)
    files.refuse_unknown(made.commands, change.contents)
    return change
