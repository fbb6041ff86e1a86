"""Whether a state of the change would cut off the person who makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from knockdeploy.command import Command
from knockdeploy.errors import LockoutError
from knockdeploy.intent import Intent
from knockdeploy.ios import ways_in
from knockdeploy.ios.filters import outcomes, surely_admitted
from knockdeploy.ios.match import Packet
from knockdeploy.ios.packet_space import ANYWHERE, CLIENT_PORT
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_of
from knockdeploy.ios.vty_lines import vty_lines
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Terms
from knockdeploy.recipe.marked_entries import noticed
from knockdeploy.recipe.placement import Placement
from knockdeploy.sequence import KnockSequence, Protocol

_SESSION: Final = "the session under way"
_NEW: Final = "a new session"
_KEEP: Final = "set knock.keep_established: true, "
_HINTS: Final = {
    _SESSION: f"{_KEEP}put {{source}} into knock.management_sources, or come by another interface",
    _NEW: "put {source} into knock.management_sources, come by another interface, or have "
    "knockdeploy knock before it connects: knock.access: knock",
}
_HINTS_EVERYWHERE: Final = {
    _SESSION: f"{_KEEP}or put {{source}} into knock.management_sources",
    _NEW: "put {source} into knock.management_sources, or have knockdeploy knock before it "
    "connects: knock.access: knock, and knock.destination: any unless it connects to the outside "
    "address",
}


@dataclass(frozen=True, slots=True)
class OperatorAccess:
    """How the operator gets in: who, where ours filters that, to which addresses of the router."""

    operator: Operator
    at: Placement
    own: tuple[str, ...]
    terms: Terms

    @property
    def knocks(self) -> KnockSequence | None:
        """What a new session knocks before it connects (``access: knock``)."""
        intent = self.terms.intent
        return intent.sequence if intent.access == "knock" else None

    def hint(self, session: str, running: Node) -> str:
        """Return what prevents a lock-out of the session under way, or of a new one."""
        is_everywhere = self.terms.recipe.enforcement.is_in_policy
        hints = _HINTS_EVERYWHERE if is_everywhere else _HINTS
        hint = hints[session].format(source=self.operator.source)
        if self.terms.intent.keep_established:
            hint = hint.removeprefix(_KEEP).removeprefix("or ")
        if self.operator.interface is None and running.child("no ip cef"):
            return f"`ip cef` on the router, or nobody says by which interface we come; {hint}"
        return hint

    @property
    def is_filtered(self) -> bool:
        """Whether an IPv4 list says anything of us: it says nothing of IPv6."""
        return ":" not in (self.operator.source or "")

    def packets(self) -> tuple[tuple[str, Packet], ...]:
        """Return a packet of the session under way and one of a new session, each with its name.

        Where the router did not tell which address we are connected to, it may be any.
        """
        us = self.operator
        targets = (us.local_address,) if us.local_address else self.own
        return tuple(
            (name, Packet("tcp", us.source or "", CLIENT_PORT, target, us.port, ack=ack))
            for target in targets
            for name, ack in ((_SESSION, True), (_NEW, False))
        )

    def interfaces(self, state: Node) -> tuple[str, ...]:
        """Return those by which the operator's packets may come in.

        An outside one where the address we are connected to is on it, whatever way leads back;
        all of them where that is not clear.
        """
        target = self.operator.local_address
        if target is None or self.operator.interface is None:
            return self.at.interfaces
        ways = (interface_of(state, target), self.operator.interface)
        within = tuple(dict.fromkeys(way for way in ways if way in self.at.interfaces))
        return within or (self.operator.interface,)


def access_of(
    terms: Terms, at: Placement, own: tuple[str, ...], operator: Operator | None = None
) -> OperatorAccess:
    """Return how the operator of ``terms``, or another one, gets in."""
    operator = operator or terms.operator or Operator(None)
    # `show ip cef` names a subinterface without what its header says behind the name
    headers = {name.split()[0]: name for name in at.interfaces}
    interface = headers.get(operator.interface or "", operator.interface)
    return OperatorAccess(replace(operator, interface=interface), at, own, terms)


def refuse_lockout(before: Node, state: Node, command: Command, access: OperatorAccess) -> None:
    """Refuse ``command`` if the configuration after it, ``state``, shuts the operator out.

    Where an entry leaves open what it does (a time-range, say), that counts if it changes.

    Raises:
        LockoutError: with the line and the inventory key that prevents it; nothing was sent.
    """
    source = access.operator.source
    if source is None:
        raise LockoutError(
            "the router does not show which address we are connected from",
            "come by SSH, from an address that `show users` shows",
        )
    for interface in access.interfaces(state) if access.is_filtered else ():
        had, has = ways_in.way_in(before, interface), ways_in.way_in(state, interface)
        for name, packet in access.packets():
            if name is _NEW and command.momentary:  # nobody comes in again before the next line
                continue
            if surely_admitted(has, packet) or _by_a_knock(state, interface, packet, access):
                continue
            now = outcomes(has, packet)
            if True in now and now == outcomes(had, packet):
                continue
            raise LockoutError(
                f"line '{command.line}' shuts out {source}: {name} to {packet.destination} by "
                f"{interface} would not get in",
                access.hint(name, before),
            )


def refuse_shut_lines(config: Node, operator: Operator | None) -> Iterator[str]:
    """Refuse where no VTY line admits a new session; yield a warning for each that does not.

    Nothing of ours is in their lists (``taken`` sees to that): what they say holds throughout.

    Raises:
        LockoutError: nothing was sent.
    """
    source = operator.source if operator else None
    if operator is None or source is None or ":" in source:  # an ipv6 access-class is another list
        return
    to = operator.local_address or ANYWHERE
    packet = Packet("tcp", source, CLIENT_PORT, to, operator.port)
    way = interface_of(config, to) or operator.interface
    lines = [each for each in vty_lines(config) if each.takes_ssh]
    shut = [each for each in lines if True not in each.admits(config, packet, way)]
    for each in shut:
        if len(shut) == len(lines):
            raise LockoutError(
                f"'{each.access_class}' of '{each.header}' lets no new session in from {source}, "
                "and no other VTY line does: the change could not be confirmed",
                f"permit {source} in the access list {each.acl}, or come from an address that it "
                "permits",
            )
        yield f"'{each.access_class}' of '{each.header}' refuses a session from {source} there"


_ANOTHER_PORT: Final = {
    "knock": "put another port into knock.ports, or make it a UDP knock",
    "decoy": "name that port in knock.services, which no decoy is; or knock.decoys: 0",
    "probe": "put another port into knock.probe_ports, or make it a UDP knock",
}


def refuse_knocked_session(intent: Intent, operator: Operator | None) -> None:
    """Refuse a knock at the very port our session comes by: the control plane would drop it all.

    Raises:
        LockoutError: nothing was sent.
    """
    for word, knocks in intent.silent.items():
        for at, knock in enumerate(knocks, 1):
            if operator and (knock.protocol, knock.port) == (Protocol.TCP, operator.port):
                raise LockoutError(
                    f"{word} {at} is the TCP port of our own session, and packets to it would be "
                    "dropped",
                    _ANOTHER_PORT[word],
                )


def needs_entry(state: Node, access: OperatorAccess, *, new_session: bool = True) -> bool:
    """Tell whether we may be in, or need to come in again, by a temporary entry alone.

    ``state`` is the configuration, which has no such entry. Without ``new_session`` the session
    under way alone counts.
    """
    if access.operator.source is None or not access.is_filtered:
        return False
    return any(
        not surely_admitted(ways_in.way_in(state, interface), packet)
        for interface in access.interfaces(state)
        if interface in access.at.ways_in
        for name, packet in access.packets()
        if new_session or name is _SESSION
    )


def _by_a_knock(state: Node, interface: str, packet: Packet, access: OperatorAccess) -> bool:
    """Tell whether a knock lets the packet in: it is heard, and its entry admits the packet.

    A session under way has its entry already: whether that stands long enough, the router is asked
    (change/session_lifetime.py).
    """
    recipe, intent = access.terms.recipe, access.terms.intent
    filters = ways_in.way_in(state, interface)
    if access.knocks is None or not filters:
        return False
    if not surely_admitted(recipe.grant.opened(filters, packet.source), packet):
        return False
    heard = noticed(ways_in.to_control_plane(state, interface))
    return recipe.engine.hears(state, intent, access.knocks) and all(
        surely_admitted(
            heard,
            Packet(k.protocol.value, packet.source, CLIENT_PORT, packet.destination, k.port),
        )
        for k in access.knocks
    )
