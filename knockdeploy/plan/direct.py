"""The plan of a change in one go: what is sent, in which phase, and every state on the way."""

from __future__ import annotations

from dataclasses import replace

from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.plan import checks
from knockdeploy.plan.access import told
from knockdeploy.plan.behind import refuse_behind
from knockdeploy.plan.changes import changes
from knockdeploy.plan.exposure import Inbound, Protected
from knockdeploy.plan.lockout import refuse_shut_lines, way_in
from knockdeploy.plan.model import Operator, Plan, Site
from knockdeploy.plan.ownership import recording
from knockdeploy.plan.policies import refuse_unreachable
from knockdeploy.plan.short import shortened
from knockdeploy.plan.site import ownership_at, survey, warnings
from knockdeploy.plan.states import Typist
from knockdeploy.plan.steps import in_phases


def direct_plan(  # noqa: PLR0913  # four of them are the caller's terms
    running: Node,
    wanted: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
    site: Site | None = None,
) -> Plan:
    """Return the plan that gives ``running`` all of ``wanted``, checked state by state.

    ``operator`` None leaves the lock-out check out: saved configurations have no session.
    ``dialect`` is that of the image, and ``wanted`` is rendered for a survey with the same one:
    ``site``, where the caller has it.

    Raises:
        UnsupportedError: if this version cannot do it on this router.
        LockoutError: if a line would shut the operator out.
        OpensError: if something would become reachable, unless ``allow_open``.
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
    filters = Inbound(owner.interfaces)
    first = filters.of(running)
    ways = {*owner.interfaces, *((operator.interface or "",) if operator else ())}
    short, runs = shortened(running, wanted, ways)
    walked = in_phases(Typist(short, dialect), changes(running, wanted, owner), filters, protected)
    steps = tuple(replace(step, runs=runs) for step, _ in walked)
    last = walked[-1][1] if walked else first
    after = steps[-1].after if steps else running
    said += tuple(refuse_shut_lines(after, operator if steps else None))
    plan = Plan(running, after, steps, warnings=said)
    plan = told(plan, first, last, protected, may_open=allow_open)
    checks.check_end(plan, short, wanted, owner, dialect)
    if not allow_open:
        checks.check_open(walked, first, protected)
    if operator is not None:
        checks.check_lockout(plan, way_in(operator, intent, owner, protected.addresses))
    return plan
