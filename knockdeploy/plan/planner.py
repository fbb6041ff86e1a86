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
from knockdeploy.plan.exposure import Filter, Protected, inbound, newly_open, newly_shut
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
    commands = tuple(changes(running, wanted, owner))
    opening, closing = _split(running, commands, owner, protected)
    steps = _steps(running, (*opening, *closing))
    plan = Plan(running, steps[-1].after if steps else running, steps)
    _check_states(plan, owner, protected, operator, allow_open=allow_open)
    _check_undo(plan)
    return plan


def type_line(config: Node, command: Command) -> Node:
    """Return the configuration after ``command``, its sections entered first."""
    mode: Path = ()
    for header in command.parents:
        entered = apply(config, mode, header)
        config, mode = entered.config, entered.mode or ()
    return apply(config, mode, command.line).config


def _split(
    running: Node, commands: Iterable[Command], owner: Ownership, protected: Protected
) -> tuple[list[Command], list[Command]]:
    opening: list[Command] = []
    closing: list[Command] = []
    state = running
    for command in commands:
        after = _typed(state, command)
        before_filter, after_filter = (inbound(each, owner.interface) for each in (state, after))
        if newly_shut(before_filter, after_filter, protected):
            closing.append(replace(command, phase=Phase.CLOSE))
        else:
            opening.append(command)
            state = after
    return opening, closing


def _typed(state: Node, command: Command) -> Node:
    try:
        return type_line(state, command)
    except Refused as refused:
        message = f"IOS would refuse '{command.line}': {refused.answer}"
        raise InternalError(message) from refused


def _steps(running: Node, commands: Sequence[Command]) -> tuple[Step, ...]:
    steps: list[Step] = []
    created: set[Path] = set()
    state = running
    for command in commands:
        after = _typed(state, command)
        path = (*command.parents, command.line)
        inside = any(path[:depth] in created for depth in range(1, len(path)))
        undo = () if inside else inverse(state, after, command)
        if state.at(path) is None and after.at(path) is not None:
            created.add(path)
        steps.append(Step(replace(command, alone=_alone(state, command)), after, undo))
        state = after
    return tuple(steps)


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


def _check_states(
    plan: Plan,
    owner: Ownership,
    protected: Protected,
    operator: Operator | None,
    *,
    allow_open: bool,
) -> None:
    before = inbound(plan.before, owner.interface)
    for index, step in enumerate(plan.steps):
        if not allow_open:
            _check_open(step, before, owner, protected)
        following = plan.steps[index + 1 : index + 2]
        is_last_open = not following or following[0].command.phase is Phase.CLOSE
        if operator and (step.command.phase is Phase.CLOSE or is_last_open):
            lockout.check(step.after, step.command, operator, owner.interface, protected.addresses)


def _check_open(step: Step, before: Filter, owner: Ownership, protected: Protected) -> None:
    packet = newly_open(before, inbound(step.after, owner.interface), protected)
    if packet is not None:
        raise OpensError(
            f"line '{step.command.line}' makes {packet.port}/{packet.protocol} of "
            f"{packet.destination} reachable from {packet.source}",
            "--open allows it; knock.management_sources names who keeps access",
        )


def _check_undo(plan: Plan) -> None:
    """Type the undo after the plan: it must give back what was there."""
    state = plan.after
    for command in plan.undo():
        state = _typed(state, command)
    if state != plan.before:
        raise InternalError("the undo of this plan does not give back what was there")
