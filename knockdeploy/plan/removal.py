"""The plans that take back: the configuration without us, or with what was ours earlier."""

from __future__ import annotations

from knockdeploy.errors import InternalError, LockoutError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import is_remark, with_numbers
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node, Path
from knockdeploy.ios.view import bound_to
from knockdeploy.operator import Operator
from knockdeploy.plan import checks
from knockdeploy.plan.deployed import not_found, owner_of_both
from knockdeploy.plan.exposure import Protected
from knockdeploy.plan.lockout import Way, refuse_shut_lines, way_in
from knockdeploy.plan.model import Plan
from knockdeploy.plan.ownership import Ownership, TwoOwnerships
from knockdeploy.plan.restore import returning
from knockdeploy.plan.steps import Walk
from knockdeploy.plan.teardown import leaving


def make_removal(
    running: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
) -> Plan:
    """Return the plan that leaves nothing of ours in ``running``, checked state by state.

    What a deployment displaced comes back as its record on the router says; a set-up that
    somebody typed by hand goes by its names. There is no step if nothing of ours is there.

    Raises:
        UnsupportedError: if something that is not ours uses what is, or rests on it.
        LockoutError: if a line would shut the operator out.
        OpensError: if something becomes reachable, unless ``allow_open``; whatever is allowed, if
            a line would admit for a moment what is admitted neither before nor after.
    """
    nothing = Node("")
    return make_rollback(running, nothing, intent, operator, allow_open=allow_open, dialect=dialect)


def make_rollback(  # noqa: PLR0913  # as make_plan
    running: Node,
    before: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
) -> Plan:
    """Return the plan that gives ``running`` what is ours in ``before``, and leaves nothing else.

    Everybody else's lines stay as they are now, whatever they were then.

    Raises:
        RouterError: as ``make_removal``; also where names were others then.
    """
    running, before = with_numbers(running), with_numbers(before)
    owner = owner_of_both(running, before, intent)
    protected = Protected.of(intent, running)
    wanted = owner.earlier.only_ours(before)
    concerned = _joined(owner.only_ours(running), wanted)
    walk = Walk(running, concerned, owner, protected, operator, dialect)
    walk.in_phases(returning(running, before, owner, owner.earlier))
    walk.in_order(leaving(running, owner, wanted))
    said: tuple[str, ...] = ()
    if walk.walked:
        said = (*refuse_shut_lines(walk.after, operator), *not_found(running, owner))
    plan = walk.plan(said, may_open=allow_open)
    _refuse_emptied(plan.after, owner)
    _check_end(plan, before, owner)
    checks.check_undo(plan, walk.short, owner, dialect)
    hint = "put our entries into the order in which deploy has them, and try again: deploy"
    checks.check_between(walk.walked, walk.first, walk.last, protected, hint)
    if not allow_open:
        checks.check_open(walk.walked, walk.first, protected)
    if operator is not None:
        _check_lockout(plan, before, way_in(operator, intent, owner, protected.addresses))
    return plan


def _joined(some: Node, more: Node) -> Node:
    return Node("", (*some.children, *more.children))


def _check_lockout(plan: Plan, before: Node, way: Way) -> None:
    try:
        checks.check_lockout(plan, way)
    except LockoutError as error:
        hint = "come by another interface, or have an entry of your own let you in first"
        if way.knocks and before.children:
            hint += "; if the knock was another one then, give knock.ports as they were"
        raise LockoutError(error.message, hint) from None


def _refuse_emptied(after: Node, owner: Ownership) -> None:
    """Refuse to leave a bound ACL without an entry: it would let everything in (ios-facts §11)."""
    section = after.child(f"ip access-list extended {owner.acl}")
    if section is None or not all(map(is_remark, section.children)):
        return
    for header in bound_to(after, owner.acl):
        raise UnsupportedError(
            f"the ACL {owner.acl} has no entry but ours, and somebody else bound it: without "
            "ours it would let everything in",
            f"`no ip access-group {owner.acl} in` under '{header}', or an entry of your own",
        )


def _check_end(plan: Plan, before: Node, owner: TwoOwnerships) -> None:
    """Refuse a plan that leaves something else of ours, or touches what is not ours.

    Raises:
        InternalError: a defect of ours.
    """
    ours, now = owner.split(plan.after)
    if ours != owner.split(before)[0]:
        raise InternalError("the plan does not leave what is to be left of ours")
    was_ours, had = owner.split(plan.before)
    back = {f"ip access-group {each.record.copy} in" for each in (owner, owner.earlier)}
    back |= {moved.text for each in (owner, owner.earlier) for moved in each.record.moved}
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
