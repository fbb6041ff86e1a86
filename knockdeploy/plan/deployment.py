"""The plan of a deployment in one go: what is sent, in which phase, and every state on the way."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.intent import Intent
from knockdeploy.plan import checks
from knockdeploy.plan.edits import changes
from knockdeploy.plan.lockout import access_of, refuse_knocked_session, refuse_shut_lines
from knockdeploy.plan.model import Deployed, Plan, Terms
from knockdeploy.plan.steps import Walk
from knockdeploy.recipe.protected import Protected, strays_in
from knockdeploy.recipe.running import Running


def direct_plan(running: Running, goal: Deployed, terms: Terms) -> Plan:
    """Return the plan that gives ``running`` all that is wanted.

    Raises:
        RouterError: as ``plan``.
    """
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
    checks.check_end(walk, plan, wanted, at, terms.dialect)
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
