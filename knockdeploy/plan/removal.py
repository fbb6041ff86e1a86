"""The plan of a removal: the configuration without us, and every state on the way there."""

from __future__ import annotations

from dataclasses import replace

from knockdeploy.errors import InternalError, LockoutError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import is_remark, with_numbers
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan import checks
from knockdeploy.plan.deployed import deployed
from knockdeploy.plan.exposure import Inbound, Protected, closed
from knockdeploy.plan.leaving import leaving
from knockdeploy.plan.model import Opened, Operator, Plan
from knockdeploy.plan.ownership import Ownership
from knockdeploy.plan.short import shortened
from knockdeploy.plan.states import Typist
from knockdeploy.plan.steps import in_order


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
    running = with_numbers(running)
    owner = deployed(running, intent)
    protected = Protected.of(intent, running)
    filters = Inbound(owner.interfaces)
    first = filters.of(running)
    ways = {*owner.interfaces, *((operator.interface or "",) if operator else ())}
    short, runs = shortened(running, owner.split(running)[0], ways)
    walked = in_order(Typist(short, dialect), leaving(running, owner), filters, protected)
    steps = tuple(replace(step, runs=runs) for step, _ in walked)
    last = walked[-1][1] if walked else first
    after = steps[-1].after if steps else running
    opens = tuple(dict.fromkeys(Opened(*each) for each in closed(last, first, protected)))
    plan = Plan(running, after, steps, opens=opens)
    _refuse_emptied(plan.after, owner)
    _check_end(plan, owner)
    checks.check_undo(plan, short, owner, dialect)
    checks.check_between(walked, first, last, protected)
    if not allow_open:
        checks.check_open(walked, first, protected)
    if operator is not None:
        _check_lockout(plan, owner, protected, operator)
    return plan


def _check_lockout(plan: Plan, owner: Ownership, protected: Protected, operator: Operator) -> None:
    try:
        checks.check_lockout(plan, owner, protected, operator)
    except LockoutError as error:
        hint = "come by another interface, or have an entry of your own let you in first"
        raise LockoutError(error.message, hint) from None


def _refuse_emptied(after: Node, owner: Ownership) -> None:
    """Refuse to leave a bound ACL without an entry: it would let everything in (ios-facts §11)."""
    section = after.child(f"ip access-list extended {owner.acl}")
    if section is None or not all(map(is_remark, section.children)):
        return
    for node in after.children:
        if any(each.text.startswith(f"ip access-group {owner.acl} ") for each in node.children):
            raise UnsupportedError(
                f"the ACL {owner.acl} has no entry but ours, and somebody else bound it: without "
                "ours it would let everything in",
                f"`no ip access-group {owner.acl} in` under '{node.text}', or an entry of your own",
            )


def _check_end(plan: Plan, owner: Ownership) -> None:
    """Refuse a plan that leaves something of ours, or touches what is not ours.

    Raises:
        InternalError: a defect of ours.
    """
    ours, now = owner.split(plan.after)
    if ours.children:
        raise InternalError("the plan leaves something of ours")
    back = {moved.text for moved in owner.record.moved}
    back |= {f"ip access-group {owner.record.copy} in"}
    had = [line for line in _lines(owner.split(plan.before)[1]) if line[1] not in back]
    if had != [line for line in _lines(now) if line[1] not in back]:
        raise InternalError("the plan changes lines that are not ours")


def _lines(config: Node) -> list[tuple[Path, str]]:
    return [(parents, node.text) for parents, node in config.walk()]
