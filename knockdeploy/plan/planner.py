"""The plan of a deployment, in one go or in two stages.

Two where the knock could not be proved before the list is bound: a new one, on an image whose
unbound lists take no temporary entries (an open behaviour); and a copy of one that may let no knock
in. The list is then bound in OPEN, letting in all that came in without it; what it denies comes in
CLOSE.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from knockdeploy.command import Phase
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import inbound_acl
from knockdeploy.operator import Operator
from knockdeploy.plan.direct import direct_plan
from knockdeploy.plan.model import Plan, Site
from knockdeploy.plan.site import survey
from knockdeploy.plan.typist import type_line

__all__ = ["make_plan", "type_line"]
_EVERYTHING = Node("permit ip any any")


def make_plan(  # noqa: PLR0913  # as direct_plan
    running: Node,
    wanted: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
    site: Site | None = None,
    binds_first: bool = False,
    judges: bool = True,
) -> Plan:
    """Return the plan that gives ``running`` all of ``wanted``; each stage is checked as a whole.

    ``binds_first`` says that an unbound list takes no temporary entries; the rest is as for
    ``direct_plan``.

    Raises:
        RouterError: as ``direct_plan``.
    """
    plan = partial(
        direct_plan,
        intent=intent,
        operator=operator,
        allow_open=allow_open,
        dialect=dialect,
        judges=judges,
    )
    running = with_numbers(running)
    site = site or survey(running, intent, dialect)
    if not _is_staged(running, site, binds_first=binds_first):
        return plan(running, wanted, site=site)
    rest = () if site.copies else (_EVERYTHING,)  # a copy has the entries of what it copies
    bound = wanted.with_children(tuple(_shutting_nothing(node, rest) for node in wanted.children))
    first = plan(running, bound, site=site)
    second = plan(first.after, wanted)
    closing = (
        replace(step, command=replace(step.command, phase=Phase.CLOSE)) for step in second.steps
    )
    return Plan(
        before=first.before,
        after=second.after,
        steps=(*first.steps, *closing),
        # where there was no list, what lets in until then is ours, and it let in anybody
        closes=tuple(each if site.copies else replace(each, entry=None) for each in second.closes),
        warnings=first.warnings,
    )


def _is_staged(running: Node, site: Site, *, binds_first: bool) -> bool:
    if site.copies:
        return all(inbound_acl(running, name) != site.acl for name in site.interfaces)
    return binds_first and running.child(f"ip access-list extended {site.acl}") is None


def _shutting_nothing(section: Node, rest: tuple[Node, ...]) -> Node:
    """Return an ACL with ``rest`` for what stands behind its dynamic entry; others as they are."""
    texts = [node.text.split()[0] for node in section.children]
    if not section.text.startswith("ip access-list extended ") or "dynamic" not in texts:
        return section
    return section.with_children((*section.children[: texts.index("dynamic") + 1], *rest))
