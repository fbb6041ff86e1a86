"""How a router differs from what is wanted: a plan for checks, which is never sent."""

from __future__ import annotations

from knockdeploy.plan.edits import changes
from knockdeploy.plan.exposure import Inbound, closed
from knockdeploy.plan.model import Deployed, Plan, PlanStep, Terms
from knockdeploy.plan.slice import kinds_of, shortened
from knockdeploy.plan.typist import Typist, typed_by
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running


def difference(running: Running, goal: Deployed, terms: Terms) -> Plan:
    """Return a plan that is never sent: its lines have no phase and no undo.

    Who loses access is told only where our list is not bound any more.

    Raises:
        RouterError: as ``plan``, but for what a line would do.
    """
    recipe = terms.recipe
    at = recipe.enforcement.recorded(running, goal.wanted, goal.at)
    protected = Protected.of(terms.intent, running)
    recipe.review(running, terms.intent, at, protected)
    short, runs = shortened(running.config, kinds_of(at.owned, goal.wanted, at.ways_in))
    typist = Typist(short, terms.dialect)
    steps: list[PlanStep] = []
    stages = recipe.enforcement.stages(running, goal.wanted, at, binds_first=terms.binds_first)
    for stage in stages:
        now = running.numbered(typist.state) if steps else running
        whole = recipe.enforcement.completed(now, stage, at)
        for command in changes(typist.state, whole, at):
            after = typed_by(typist, command)
            typist.accept(command, after)
            steps.append(PlanStep(command, after, (), runs))
    after = runs.whole(typist.state) if steps else running.config
    filters = Inbound(at.ways_in)
    ends = (filters.of(short), filters.of(typist.state)) if at.lost else ((), ())
    return Plan(running.config, after, tuple(steps), closed(*ends, protected))
