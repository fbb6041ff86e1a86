"""Whether a state of the change would cut off the person who makes it (design §1.2)."""

from __future__ import annotations

from knockdeploy.errors import LockoutError
from knockdeploy.ios.acl import Packet
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_of
from knockdeploy.plan.exposure import inbound, surely_admitted
from knockdeploy.plan.model import Command, Operator

_CLIENT_PORT = 50000


def _packets(
    operator: Operator, source: str, addresses: tuple[str, ...]
) -> tuple[tuple[str, Packet], ...]:
    """Return a packet of the session under way and one of a new session, each with its name.

    Where the router did not tell which address we are connected to, it may be any of its own.
    """
    targets = (operator.local_address,) if operator.local_address else addresses
    return tuple(
        (name, Packet("tcp", source, _CLIENT_PORT, target, operator.port, ack=ack))
        for target in targets
        for name, ack in (("the session under way", True), ("a new session", False))
    )


def arrives_by(state: Node, operator: Operator, outside: tuple[str, ...]) -> tuple[str, ...]:
    """Return the interfaces by which the operator's packets may come in (design §6, step 1).

    An outside one where the address we are connected to is on it, whatever way leads back; all
    of them where that is not clear.
    """
    target = operator.local_address
    if target is None or operator.interface is None:
        return outside
    ways = (interface_of(state, target), operator.interface)
    return tuple(dict.fromkeys(way for way in ways if way in outside)) or (operator.interface,)


def check(
    state: Node,
    command: Command,
    operator: Operator,
    outside: tuple[str, ...],
    own: tuple[str, ...],
) -> None:
    """Refuse ``command`` if the configuration after it, ``state``, shuts the operator out.

    Raises:
        LockoutError: with the line and the inventory key that prevents it; nothing was sent.
    """
    if operator.source is None:
        raise LockoutError(
            "the router does not tell from which address we are connected",
            "come by SSH, from an address that `show users` shows",
        )
    for interface in arrives_by(state, operator, outside):
        entries = inbound(state, interface)
        for name, packet in _packets(operator, operator.source, own):
            if not surely_admitted(entries, packet):
                raise LockoutError(
                    f"line '{command.line}' shuts out {operator.source}: {name} to "
                    f"{packet.destination} by {interface} would not get in",
                    f"put {operator.source} into knock.management_sources, or come by another "
                    "interface",
                )


def may_need_entry(
    state: Node, operator: Operator, outside: tuple[str, ...], own: tuple[str, ...]
) -> bool:
    """Tell whether we may be in, or need to come in again, by a temporary entry alone.

    ``state`` is the configuration, which has no such entry.
    """
    if operator.source is None:
        return False
    packets = _packets(operator, operator.source, own)
    return any(
        not surely_admitted(inbound(state, interface), packet)
        for interface in arrives_by(state, operator, outside)
        if interface in outside
        for _, packet in packets
    )
