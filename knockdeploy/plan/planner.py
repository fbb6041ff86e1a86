"""The plan of a change: of a deployment, in one go or in stages, or of what takes ours back.

Stages where the knock could not be proved before the list is bound: a new one, on an image whose
unbound lists take no temporary entries (an open behaviour); and a copy of one that may let no knock
in. The list is then bound in OPEN, letting in all that came in without it; what it denies comes in
CLOSE.
"""

from __future__ import annotations

from dataclasses import replace

from knockdeploy.command import Phase
from knockdeploy.ios.tree import Node
from knockdeploy.plan.deployment import direct_plan
from knockdeploy.plan.exposure import Inbound, closed
from knockdeploy.plan.model import Closed, Deployed, Goal, Plan, Terms
from knockdeploy.plan.removal import restoring_plan
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running


def plan(running: Running, goal: Goal, terms: Terms) -> Plan:
    """Return the plan that leads from ``running`` to ``goal``, checked state by state.

    Raises:
        UnsupportedError: if this version cannot do it on this router.
        LockoutError: if a line would shut the operator out.
        OpensError: if something would become reachable, unless ``terms`` allow it; whatever is
            allowed, if a line would admit for a moment what is admitted neither before nor after.
    """
    if isinstance(goal, Deployed):
        return _deployment(running, goal, terms)
    return restoring_plan(running, goal, terms)


def _deployment(running: Running, goal: Deployed, terms: Terms) -> Plan:
    at = goal.at
    stages = terms.recipe.enforcement.stages(
        running, goal.wanted, at, binds_first=terms.binds_first
    )
    first = direct_plan(running, replace(goal, wanted=stages[0]), terms)
    last = first
    for wanted in stages[1:]:
        between = running.numbered(last.after)
        last = direct_plan(between, replace(goal, wanted=wanted), terms)
    if first is last:
        return first

    closing = (
        replace(step, command=replace(step.command, phase=Phase.CLOSE)) for step in last.steps
    )
    return Plan(
        before=first.before,
        after=last.after,
        steps=(*first.steps, *closing),
        closes=_closes(first.before, last.after, at, terms),
        warnings=first.warnings,
    )


def _closes(before: Node, after: Node, at: Placement, terms: Terms) -> tuple[Closed, ...]:
    """Return who loses access from the first state to the last, whatever was between."""
    filters = Inbound(at.ways_in)
    protected = Protected.of(terms.intent, Running(before), strays=False)
    had, has = filters.of(before), filters.of(after)
    return tuple(dict.fromkeys(Closed(*each) for each in closed(had, has, protected)))
