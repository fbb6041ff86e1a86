"""The plan of a change: of a deployment, in one go or in stages, or of what takes ours back.

Stages where the knock could not be proved before the list is bound: a new one, on an image whose
unbound lists take no temporary entries (an open behaviour); and a copy of one that may let no knock
in. The list is then bound in OPEN, letting in all that came in without it; what it denies comes in
CLOSE.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knockdeploy.command import Phase
from knockdeploy.errors import InternalError
from knockdeploy.intent import Intent
from knockdeploy.plan import checks
from knockdeploy.plan.edits import changes
from knockdeploy.plan.exposure import Inbound, closed
from knockdeploy.plan.lockout import access_of, refuse_knocked_session, refuse_shut_lines
from knockdeploy.plan.model import Deployed, Goal, Plan, Terms
from knockdeploy.plan.removal import restoring_plan
from knockdeploy.plan.steps import Walk
from knockdeploy.recipe.protected import Protected, strays_in
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
    first = _in_one_go(running, replace(goal, wanted=stages[0]), terms)
    last = first
    for wanted in stages[1:]:
        between = running.numbered(last.after)
        last = _in_one_go(between, replace(goal, wanted=wanted), terms)
    if first is last:
        return first

    closing = (
        replace(step, command=replace(step.command, phase=Phase.CLOSE)) for step in last.steps
    )
    # who loses access from the first state to the last, whatever was between
    filters = Inbound(at.ways_in)
    protected = Protected.of(terms.intent, Running(first.before), strays=False)
    return Plan(
        before=first.before,
        after=last.after,
        steps=(*first.steps, *closing),
        closes=closed(filters.of(first.before), filters.of(last.after), protected),
        warnings=first.warnings,
    )


def _in_one_go(running: Running, goal: Deployed, terms: Terms) -> Plan:
    """Return the plan that gives ``running`` all that is wanted, without stages."""
    recipe, intent, wanted = terms.recipe, terms.intent, goal.wanted
    at = recipe.enforcement.recorded(running, wanted, goal.at)
    protected = Protected.of(intent, running, strays=False)
    warnings = recipe.review(running, intent, at, protected)
    warnings += tuple(_reachable_again(intent, running))
    walk = Walk(running.config, wanted, at, protected, terms)
    whole = recipe.enforcement.completed(running, wanted, at)
    walk.in_phases(changes(walk.short, whole, at))
    refuse_knocked_session(intent, terms.operator)
    warnings += tuple(refuse_shut_lines(walk.after, terms.operator if walk.walked else None))
    plan = walk.plan(warnings)
    if not terms.judges:  # nothing of it is sent
        return plan
    if any(changes(walk.state, wanted, at)):
        raise InternalError("the plan does not lead to the intended configuration")
    checks.check_undo(plan, walk.short, at, terms.dialect)
    if terms.allow_open:
        hint = "deploy with knock.services as they were first, and then with the new ones"
        checks.check_between(walk.walked, walk.first, walk.last, protected, hint)
    else:
        checks.check_open(walk.walked, walk.first, protected)
    if terms.operator is not None:
        checks.check_lockout(plan, access_of(terms, at, protected.addresses))
    return plan


def _reachable_again(intent: Intent, running: Running) -> Iterator[str]:
    for protocol, port in sorted(strays_in(intent, running)):
        yield (
            f"{port}/{protocol} was put into {intent.names.service_group} by somebody else; "
            "it is removed, and is as reachable as before"
        )
