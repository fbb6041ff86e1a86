"""The steps of a plan: each command with the state after it, what takes it back, and its phase.

A command's phase is what it does, not what it is: one after which a packet that got in before
does not any more belongs to CLOSE (design §6, step 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knockdeploy.ios.aces import is_acl
from knockdeploy.ios.refusals import group_in_use
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan.exposure import Filters, Inbound, Protected, newly_shut
from knockdeploy.plan.model import Command, Phase, Step
from knockdeploy.plan.room import is_resequence
from knockdeploy.plan.states import Typist, typed_by
from knockdeploy.plan.undo import inverse

Walked = list[tuple[Step, Filters]]
"""Steps, each with what filters after it."""


def in_phases(
    typist: Typist, commands: Iterable[Command], filters: Inbound, protected: Protected
) -> Walked:
    """Return each step, in the order of creation but for those that wait for CLOSE."""
    steps: Walked = []
    closing: list[Command] = []
    created: set[Path] = set()
    now = filters.of(typist.state)
    for command in commands:
        if _waits(command, closing):
            closing.append(replace(command, phase=Phase.CLOSE))
            continue
        after = typed_by(typist, command)
        then = filters.of(after) if _filters(command) else now
        if newly_shut(now, then, protected):
            closing.append(replace(command, phase=Phase.CLOSE))
            continue
        steps.append((_step(typist.state, after, command, created), then))
        typist.accept(command, after)
        now = then
    for command in closing:
        after = typed_by(typist, command)
        now = filters.of(after) if _filters(command) else now
        steps.append((_step(typist.state, after, command, created), now))
        typist.accept(command, after)
    return steps


def in_order(
    typist: Typist,
    commands: Iterable[Command],
    filters: Inbound,
    protected: Protected,
    phase: Phase = Phase.OPEN,
) -> Walked:
    """Return each step as it comes: from the first that shuts somebody out, all are CLOSE.

    ``phase`` is that of the steps so far.

    What is taken away is taken away in the order of its references, so nothing can wait.
    """
    steps: Walked = []
    now = filters.of(typist.state)
    for command in commands:
        after = typed_by(typist, command)
        then = filters.of(after) if _filters(command) else now
        phase = Phase.CLOSE if newly_shut(now, then, protected) else phase
        step = _step(typist.state, after, replace(command, phase=phase), set())
        steps.append((step, then))
        typist.accept(command, after)
        now = then
    return steps


def _filters(command: Command) -> bool:
    """Tell whether a command may change what an interface lets in."""
    header = (*command.parents, command.line)[0].removeprefix("no ")
    return header.startswith(("interface ", "ip access-list ", "object-group "))


def _waits(command: Command, closing: Sequence[Command]) -> bool:
    """Tell whether a line of the same section waits already: what follows may rest on it."""
    parents = command.parents
    return bool(parents) and any(other.parents == parents for other in closing)


def _step(state: Node, after: Node, command: Command, created: set[Path]) -> Step:
    path = (*command.parents, command.line)
    inside = any(path[:depth] in created for depth in range(1, len(path)))
    back = () if inside else inverse(state, after, command)
    undo = tuple(replace(each, alone=each.alone or _alone(after, each)) for each in back)
    if not inside and state.at(path) is None and after.at(path) is not None:
        created.add(path)
    return Step(replace(command, alone=_alone(state, command)), after, undo)


def _alone(state: Node, command: Command) -> bool:
    """Tell whether the line must be answered before the next is sent (design §6, Sending)."""
    if command.line.startswith(("no ", "ip access-group ", "service-policy ")):
        return True
    if is_resequence(command):
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
