"""The plan of a deployment: what is sent, in which phase, and every state on the way.

A command's phase is what it does, not what it is: each is tried in creation order, and one after
which a packet that got in before does not any more waits for CLOSE (design §6, step 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knockdeploy.intent import Intent
from knockdeploy.ios.aces import is_acl, with_numbers
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.refusals import group_in_use
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan import checks
from knockdeploy.plan.behind import refuse_behind
from knockdeploy.plan.changes import changes
from knockdeploy.plan.exposure import Filters, Inbound, Protected, closed, newly_shut
from knockdeploy.plan.lockout import refuse_shut_lines, way_in
from knockdeploy.plan.model import Closed, Command, Operator, Phase, Plan, Site, Step
from knockdeploy.plan.ownership import recording
from knockdeploy.plan.policies import refuse_unreachable
from knockdeploy.plan.room import is_resequence
from knockdeploy.plan.short import shortened
from knockdeploy.plan.site import ownership_at, survey, warnings
from knockdeploy.plan.states import Typist, type_line, typed_by
from knockdeploy.plan.undo import inverse

__all__ = ["make_plan", "type_line"]


def make_plan(  # noqa: PLR0913  # four of them are the caller's terms
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
    walked = _steps(Typist(short, dialect), changes(running, wanted, owner), filters, protected)
    steps = tuple(replace(step, runs=runs) for step, _ in walked)
    last = walked[-1][1] if walked else first
    after = steps[-1].after if steps else running
    said += tuple(refuse_shut_lines(after, operator if steps else None))
    plan = Plan(running, after, steps, _closes(first, last, protected), said)
    checks.check_end(plan, short, wanted, owner, dialect)
    if not allow_open:
        checks.check_open(walked, first, protected)
    if operator is not None:
        checks.check_lockout(plan, way_in(operator, intent, owner, protected.addresses))
    return plan


def _steps(
    typist: Typist, commands: Iterable[Command], filters: Inbound, protected: Protected
) -> list[tuple[Step, Filters]]:
    """Return each step, and what filters after it."""
    steps: list[tuple[Step, Filters]] = []
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


def _closes(first: Filters, last: Filters, protected: Protected) -> tuple[Closed, ...]:
    return tuple(dict.fromkeys(Closed(*each) for each in closed(first, last, protected)))


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
