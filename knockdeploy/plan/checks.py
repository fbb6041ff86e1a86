"""What a plan has to hold before its first line is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knockdeploy.command import Phase
from knockdeploy.errors import InternalError, OpensError, UnsupportedError
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.filters import Filters
from knockdeploy.ios.match import Packet
from knockdeploy.ios.packet_space import ANYWHERE
from knockdeploy.ios.tree import Node
from knockdeploy.plan import lockout
from knockdeploy.plan.exposure import Inbound, newly_open, newly_open_beyond
from knockdeploy.plan.lockout import OperatorAccess
from knockdeploy.plan.model import Plan, PlanStep
from knockdeploy.plan.typist import Typist, typed_by
from knockdeploy.recipe.placement import Ownership
from knockdeploy.recipe.protected import Protected


def check_open(
    walked: Sequence[tuple[PlanStep, Filters]], before: Filters, protected: Protected
) -> None:
    """Refuse a plan with a state that is more open than before.

    Raises:
        OpensError: with the line, and a packet that shows it; nothing was sent.
    """
    last = before
    for step, now in walked:
        more = newly_open(last, now, protected)  # than a line ago: few entries to look at
        packet = newly_open(before, now, protected) if more else None
        last = now
        if packet is not None:
            raise OpensError(
                _opening(step, packet),
                "--open allows it; knock.management_sources names who keeps access",
            )


def check_between(
    walked: Sequence[tuple[PlanStep, Filters]],
    before: Filters,
    after: Filters,
    protected: Protected,
    hint: str,
) -> None:
    """Refuse a plan with a state that admits what is admitted neither before nor after it.

    ``hint`` is the way out.

    Raises:
        OpensError: with the line, and a packet that shows it; nothing was sent.
    """
    last = before
    for step, now in walked:
        packet = newly_open_beyond(last, now, (before, after), protected)
        last = now
        if packet is not None:
            raise OpensError(f"{_opening(step, packet)}, if only for a moment", hint)


def _opening(step: PlanStep, packet: Packet) -> str:
    aim = "any of its addresses" if packet.destination == ANYWHERE else packet.destination
    whom = "anywhere" if packet.source == ANYWHERE else packet.source
    service = f"{packet.port}/{packet.protocol}"
    return f"line '{step.command.line}' makes {service} of {aim} reachable from {whom}"


def check_lockout(plan: Plan, access: OperatorAccess) -> None:
    """Refuse a plan with a state that shuts the operator out.

    Raises:
        LockoutError: with the line and the inventory key that prevents it; nothing was sent.
    """
    filters = Inbound(access.interfaces(plan.before))
    before = filters.of(plan.before)
    for step in _shutting(plan):
        # what the session comes by may let it in for a time only; if we leave it, so be it
        if filters.of(step.state) is not before:
            lockout.refuse_lockout(plan.before, step.state, step.command, access)


def session_needs_entry(plan: Plan, access: OperatorAccess) -> bool:
    """Tell whether, from the end of OPEN on, some state leaves the session to an entry alone."""
    return any(
        lockout.needs_entry(step.state, access, new_session=False) for step in _shutting(plan)
    )


def _shutting(plan: Plan) -> Iterator[PlanStep]:
    """Yield the last step of OPEN, those of CLOSE and of a moment: no other shuts anybody out."""
    for index, step in enumerate(plan.steps):
        following = plan.steps[index + 1 : index + 2]
        is_last_open = not following or following[0].command.phase is Phase.CLOSE
        if step.command.phase is Phase.CLOSE or step.command.momentary or is_last_open:
            yield step


def check_undo(plan: Plan, before: Node, owner: Ownership, dialect: Dialect) -> None:
    """Refuse a plan whose undo does not give back ``before``, which is made short.

    Raises:
        InternalError: a defect of ours.
        UnsupportedError: if the image takes no line that gives it back, or would not take again
            what it shows.
    """
    typist = Typist(plan.steps[-1].state if plan.steps else before, dialect)
    for command in plan.undo():
        try:
            after = typed_by(typist, command)
        except InternalError as error:
            if before.at((*command.parents, command.line)) is None:
                raise
            raise UnsupportedError(
                f"'{command.line}' is on the router and could not be typed again: {error}",
                "take it off by hand, or choose other names under knock.names",
            ) from None
        typist.accept(command, after)
    # ours may come back in another order, which IOS keeps as it likes
    state = typist.state
    if state != before and owner.split(state) != owner.split(before):
        raise InternalError("the undo of this plan does not restore what was there")
