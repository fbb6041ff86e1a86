"""The plan of a change in one go: what is sent, in which phase, and every state on the way."""

from __future__ import annotations

from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.operator import Operator
from knockdeploy.plan import checks
from knockdeploy.plan.edits import changes
from knockdeploy.plan.exposure import Protected
from knockdeploy.plan.foreign_copp import refuse_unreachable
from knockdeploy.plan.lockout import refuse_knocked_session, refuse_shut_lines, way_in
from knockdeploy.plan.model import Plan, Site
from knockdeploy.plan.nat_forwards import refuse_behind
from knockdeploy.plan.ownership import recording
from knockdeploy.plan.site import ownership_at, survey, warnings
from knockdeploy.plan.steps import Walk


def direct_plan(  # noqa: PLR0913  # four of them are the caller's terms
    running: Node,
    wanted: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
    site: Site | None = None,
    judges: bool = True,
) -> Plan:
    """Return the plan that gives ``running`` all of ``wanted``, checked state by state.

    ``operator`` None leaves the lock-out check out: saved configurations have no session.
    ``judges`` False leaves out what would open as well: who looks for drift wants to see all of it.
    ``dialect`` is that of the image, and ``wanted`` is rendered for a survey with the same one:
    ``site``, where the caller has it.

    Raises:
        UnsupportedError: if this version cannot do it on this router.
        LockoutError: if a line would shut the operator out.
        OpensError: if something would become reachable, unless ``allow_open``; whatever is
            allowed, if a line would admit for a moment what is admitted neither before nor after.
    """
    running = with_numbers(running)
    site = site or survey(running, intent, dialect)
    owner = recording(ownership_at(running, intent, site, dialect), running, wanted)
    protected = Protected.of(intent, running)
    refuse_behind(running, site, owner, protected)
    said = (
        *warnings(running, intent, site),
        *refuse_unreachable(running, intent, site.policy, site.destination),
    )
    walk = Walk(running, wanted, owner, protected, operator, dialect)
    walk.in_phases(changes(running, wanted, owner))
    refuse_knocked_session(intent, operator)
    said += tuple(refuse_shut_lines(walk.after, operator if walk.walked else None))
    plan = walk.plan(said, may_open=allow_open)
    checks.check_end(plan, walk.short, wanted, owner, dialect)
    if not judges:
        return plan
    if allow_open:
        hint = "deploy with knock.services as they were first, and then with the new ones"
        checks.check_between(walk.walked, walk.first, walk.last, protected, hint)
    else:
        checks.check_open(walk.walked, walk.first, protected)
    if operator is not None:
        checks.check_lockout(plan, way_in(operator, intent, owner, protected.addresses))
    return plan
