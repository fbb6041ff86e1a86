"""The plans of remove and rollback: the configuration without ours, or with ours of earlier."""

from __future__ import annotations

from itertools import chain

from knockdeploy.errors import InternalError, LockoutError
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan import checks
from knockdeploy.plan.lockout import OperatorAccess, access_of, refuse_shut_lines
from knockdeploy.plan.model import Plan, Restored, Terms
from knockdeploy.plan.restore import restore
from knockdeploy.plan.steps import Walk
from knockdeploy.plan.teardown import teardown
from knockdeploy.recipe.placement import Placements
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.rendering import with_roles
from knockdeploy.recipe.running import Running


def restoring_plan(running: Running, goal: Restored, terms: Terms) -> Plan:
    """Return the plan that gives ``running`` what is ours in ``goal``, and leaves nothing else.

    What a deployment displaced is restored by the ownership record; a set-up that somebody typed by
    hand is known by its names. Everybody else's lines stay as they are now.

    Raises:
        RouterError: as ``plan``; also if something that is not ours rests on what is.
    """
    recipe, now, then = terms.recipe, goal.at.now, goal.at.then
    before = with_roles(goal.before, then)
    protected = Protected.of(terms.intent, running)
    wanted = then.only_ours(before)
    concerned = Node("", (*now.only_ours(running.config).children, *wanted.children))
    walk = Walk(running.config, concerned, now, protected, terms)
    walk.in_phases(restore(running.config, before, goal.at))
    walk.in_order(teardown(running, now, recipe, wanted))
    warnings: tuple[str, ...] = ()
    if walk.walked:
        warnings = (*refuse_shut_lines(walk.after, terms.operator), *recipe.not_found(running, now))
    plan = walk.plan(warnings)
    recipe.enforcement.review_end(plan.after, now)
    _check_end(plan, before, goal.at)
    checks.check_undo(plan, walk.short, goal.at, terms.dialect)
    hint = "deploy first, which puts our entries in order again, then try again"
    checks.check_between(walk.walked, walk.first, walk.last, protected, hint)
    if not terms.allow_open:
        checks.check_open(walk.walked, walk.first, protected)
    if terms.operator is not None:
        _check_lockout(plan, before, access_of(terms, now, protected.addresses))
    return plan


def _check_lockout(plan: Plan, before: Node, access: OperatorAccess) -> None:
    try:
        checks.check_lockout(plan, access)
    except LockoutError as error:
        hint = "come by another interface, or have an entry of your own let you in first"
        if access.knocks and before.children:
            hint += "; if the knock was another one then, give knock.ports as they were"
        raise LockoutError(error.message, hint) from None


def _check_end(plan: Plan, before: Node, at: Placements) -> None:
    """Refuse a plan that leaves something else of ours, or touches what is not ours.

    Raises:
        InternalError: a defect of ours.
    """
    ours, now = at.split(plan.after)
    if ours != at.split(before)[0]:
        raise InternalError("the plan does not leave what should be left of ours")
    was_ours, had = at.split(plan.before)
    back: set[str] = set()
    for each in (at.now, at.then):
        back |= {*each.displaced.values(), *chain.from_iterable(each.moved.values())}
    # an entry without a name of ours is ours in its place alone
    either = {*_lines(was_ours), *_lines(ours)}
    kept, left = (
        [line for line in _lines(others) if line[1] not in back and line not in either]
        for others in (had, now)
    )
    if kept != left:
        raise InternalError("the plan changes lines that are not ours")


def _lines(config: Node) -> list[tuple[Path, str]]:
    return [(parents, node.text) for parents, node in config.walk()]
