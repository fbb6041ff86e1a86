"""A new ACL on an image whose unbound lists take no temporary entries (an open behaviour).

The knock can be proved only once the list is bound. So it is bound in OPEN, letting in all that
came in without it, and what it denies comes in CLOSE.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from knockdeploy.intent import Intent
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.plan.model import Operator, Phase, Plan, Site
from knockdeploy.plan.planner import make_plan

_EVERYTHING = Node("permit ip any any")


def staged_plan(  # noqa: PLR0913  # as make_plan
    running: Node,
    wanted: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool,
    dialect: Dialect,
    site: Site | None = None,
) -> Plan:
    """Return the plan of ``make_plan`` in two stages, each checked as a plan of its own.

    Raises:
        RouterError: as ``make_plan``.
    """
    plan = partial(
        make_plan, intent=intent, operator=operator, allow_open=allow_open, dialect=dialect
    )
    bound = wanted.with_children(tuple(_letting_all_in(node) for node in wanted.children))
    first = plan(running, bound, site=site)
    second = plan(first.after, wanted)
    closing = (
        replace(step, command=replace(step.command, phase=Phase.CLOSE)) for step in second.steps
    )
    return Plan(
        before=first.before,
        after=second.after,
        steps=(*first.steps, *closing),
        closes=tuple(replace(each, entry=None) for each in second.closes),
        warnings=first.warnings,
    )


def _letting_all_in(section: Node) -> Node:
    """Return an ACL with what stands behind its dynamic entry replaced; others as they are."""
    texts = [node.text.split()[0] for node in section.children]
    if not section.text.startswith("ip access-list extended ") or "dynamic" not in texts:
        return section
    head = section.children[: texts.index("dynamic") + 1]
    return section.with_children((*head, _EVERYTHING))
