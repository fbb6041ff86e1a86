"""The plan of a deployment: what is sent, in which phase, and every state on the way.

A command's phase is what it does, not what it is: each is tried in creation order, and one after
which a packet that got in before does not any more waits for CLOSE (design §6, step 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knockdeploy.errors import InternalError, OpensError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import is_acl, with_numbers
from knockdeploy.ios.apply import Refused, apply
from knockdeploy.ios.refusals import group_in_use
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan import lockout
from knockdeploy.plan.changes import changes
from knockdeploy.plan.exposure import Inbound, Protected, newly_open, newly_shut
from knockdeploy.plan.model import Command, Operator, Phase, Plan, Step
from knockdeploy.plan.ownership import Ownership
from knockdeploy.plan.site import ownership
from knockdeploy.plan.undo import inverse


def make_plan(
    running: Node,
    wanted: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
) -> Plan:
    """Return the plan that gives ``running`` all of ``wanted``, checked state by state.

    ``operator`` None leaves the lock-out check out: saved configurations have no session.

    Raises:
        UnsupportedError: if this version cannot do it on this router.
        LockoutError: if a line would shut the operator out.
        OpensError: if something would become reachable, unless ``allow_open``.
    """
    running = with_numbers(running)
    owner = ownership(running, intent)
    protected = Protected.of(intent, running)
    commands = changes(running, wanted, owner)
    steps = _steps(running, commands, Inbound(owner.interface), protected)
    plan = Plan(running, steps[-1].after if steps else running, steps)
    _check_end(plan, wanted, owner)
    _check_open(plan, owner, protected, allow_open=allow_open)
    _check_lockout(plan, owner, protected, operator)
    return plan


def type_line(config: Node, command: Command) -> Node:
    """Return the configuration after ``command``, its sections entered first."""
    mode: Path = ()
    for header in command.parents:
        entered = apply(config, mode, header)
        config, mode = entered.config, entered.mode or ()
    return apply(config, mode, command.line).config


def _typed(state: Node, command: Command) -> Node:
    try:
        return type_line(state, command)
    except Refused as refused:
        message = f"IOS would refuse '{command.line}': {refused.answer}"
        raise InternalError(message) from refused


def _steps(
    running: Node, commands: Iterable[Command], filters: Inbound, protected: Protected
) -> tuple[Step, ...]:
    steps: list[Step] = []
    closing: list[Command] = []
    created: set[Path] = set()
    state, now = running, filters.of(running)
    for command in commands:
        if _waits(command, closing):
            closing.append(replace(command, phase=Phase.CLOSE))
            continue
        after = _typed(state, command)
        then = filters.of(after) if _filters(command) else now
        if newly_shut(now, then, protected):
            closing.append(replace(command, phase=Phase.CLOSE))
            continue
        steps.append(_step(state, after, command, created))
        state, now = after, then
    for command in closing:
        after = _typed(state, command)
        steps.append(_step(state, after, command, created))
        state = after
    return tuple(steps)


def _filters(command: Command) -> bool:
    """Tell whether a command may change what an interface lets in."""
    header = (*command.parents, command.line)[0].removeprefix("no ")
    return header.startswith(("interface ", "ip access-list ", "object-group "))


def _waits(command: Command, closing: Sequence[Command]) -> bool:
    """Tell whether a line of the same section waits already: what follows may rest on it."""
    sections = {other.parents for other in closing}
    return bool(command.parents) and command.parents in sections


def _step(state: Node, after: Node, command: Command, created: set[Path]) -> Step:
    path = (*command.parents, command.line)
    inside = any(path[:depth] in created for depth in range(1, len(path)))
    undo = () if inside else inverse(state, after, command)
    if state.at(path) is None and after.at(path) is not None:
        created.add(path)
    return Step(replace(command, alone=_alone(state, command)), after, undo)


def _alone(state: Node, command: Command) -> bool:
    """Tell whether the line must be answered before the next is sent (design §6, Sending)."""
    if command.line.startswith(("no ", "ip access-group ", "service-policy ")):
        return True
    header = command.parents[0] if command.parents else ""
    if header.startswith("object-group "):
        return group_in_use(state, header.split()[2])
    return is_acl(command.parents) and _is_bound(state, header.split()[3])


def _is_bound(state: Node, name: str) -> bool:
    return any(
        child.text.startswith(f"ip access-group {name} ")
        for node in state.children
        if node.text.startswith("interface ")
        for child in node.children
    )


def _check_open(plan: Plan, owner: Ownership, protected: Protected, *, allow_open: bool) -> None:
    filters = Inbound(owner.interface)
    before = last = filters.of(plan.before)
    for step in () if allow_open else plan.steps:
        now = filters.of(step.after) if _filters(step.command) else last
        more = newly_open(last, now, protected)  # than a line ago: few entries to look at
        packet = newly_open(before, now, protected) if more else None
        last = now
        if packet is not None:
            raise OpensError(
                f"line '{step.command.line}' makes {packet.port}/{packet.protocol} of "
                f"{packet.destination} reachable from {packet.source}",
                "--open allows it; knock.management_sources names who keeps access",
            )


def _check_lockout(
    plan: Plan, owner: Ownership, protected: Protected, operator: Operator | None
) -> None:
    if operator is None:
        return
    filters = Inbound(lockout.arrives_by(plan.before, operator, owner.interface))
    before = filters.of(plan.before)
    for index, step in enumerate(plan.steps):
        following = plan.steps[index + 1 : index + 2]
        is_last_open = not following or following[0].command.phase is Phase.CLOSE
        is_checked = step.command.phase is Phase.CLOSE or is_last_open
        # what the session comes by may let it in for a time only; if we leave it, so be it
        if is_checked and filters.of(step.after) is not before:
            lockout.check(step.after, step.command, operator, owner.interface, protected.addresses)


def _check_end(plan: Plan, wanted: Node, owner: Ownership) -> None:
    """Refuse a plan that misses its end, or whose undo does not give back what was there."""
    if any(changes(plan.after, wanted, owner)):
        raise InternalError("the plan does not lead to the configuration that is wanted")
    state = plan.after
    for command in plan.undo():
        state = _typed(state, command)
    # ours may come back in another order, which IOS keeps as it likes
    if state != plan.before and owner.split(state) != owner.split(plan.before):
        raise InternalError("the undo of this plan does not give back what was there")
