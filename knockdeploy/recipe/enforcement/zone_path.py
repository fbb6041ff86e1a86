"""What stands around our classes in the zone: classes, filters, the way out (ios-facts-more §A)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import zones
from knockdeploy.ios.filters import surely_admitted
from knockdeploy.ios.match import Ace, Packet, Traffic
from knockdeploy.ios.packet_space import CLIENT_PORT
from knockdeploy.ios.view import interface_names, zone_of
from knockdeploy.ios.ways_in import may_take, policy_of
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running
from knockdeploy.recipe.trigger.foreign_copp import before

_STRANGER: Final = "198.18.0.1"  # RFC 2544: nobody's
_INSTEAD: Final = "or use enforcement: interface-acl"


def refuse_unfit(running: Running, interfaces: tuple[str, ...]) -> None:
    """Refuse interfaces without a zone, of several zones, or that share theirs with others.

    Raises:
        UnsupportedError: naming them; nothing was sent.
    """
    found = {running.interfaces[name].zone: name for name in interfaces}
    zone, *others = found
    if None in found:
        raise UnsupportedError(
            f"{found[None]} is in no zone, and knockdeploy creates none",
            "use enforcement: interface-acl for this router, or put the interface in a zone",
        )
    if others:
        zones_of = ", ".join(f"{name} is in {each}" for each, name in found.items())
        raise UnsupportedError(
            f"the listed interfaces are in several zones: {zones_of}",
            f"knock.interface: those of one zone, {_INSTEAD}",
        )
    members = zones.members(running.config, str(zone))
    if unlisted := [name for name in members if name not in interfaces]:
        raise UnsupportedError(
            f"the zone {zone} has {', '.join(unlisted)} too, and our classes would filter what "
            "comes in there",
            f"knock.interface: all of the zone, [{', '.join(members)}]",
        )


def refuse_undefined(running: Running, intent: Intent) -> None:
    """Refuse an interface whose zone, or the policy of its pair, is named and not there.

    Raises:
        UnsupportedError: naming it; nothing was sent.
    """
    for name in interface_names(intent.interface):
        zone, pair = zone_of(running.config, name), zones.to_self(running.config, name)
        if zone and zone not in zones.zones(running.config):
            raise UnsupportedError(
                f"{name} is in the zone {zone}, which is not defined",
                f"`zone security {zone}` on the router, {_INSTEAD}",
            )
        if (
            pair
            and pair.policy
            and not running.config.child(f"policy-map {zones.KIND}{pair.policy}")
        ):
            raise UnsupportedError(
                f"'{pair.header}' has the policy {pair.policy}, which is not defined",
                f"define it, or take `{zones.BINDING}{pair.policy}` away",
            )


def action(running: Running, intent: Intent, zone: str | None, addresses: tuple[str, ...]) -> str:
    """Return how to let in what was knocked for: ``inspect`` where answers would be dropped."""
    pair = zones.pair_between(running.config, zones.SELF, zone or "")
    if pair is None:
        return "pass"
    way = policy_of(running.config, pair)
    answers = (
        Packet(protocol, address, port, _STRANGER, CLIENT_PORT, ack=protocol == "tcp")
        for protocol, port in intent.service_ports
        for address in addresses
    )
    return "pass" if all(surely_admitted(way, packet) for packet in answers) else "inspect"


def has_no_place(
    running: Running, pair: zones.Pair, ours: Collection[str], protected: Protected
) -> bool:
    """Tell whether our classes cannot go into the policy of a pair, behind its own.

    Other pairs have it too, or a class before ours may take our packets.
    """
    if any(p.policy == pair.policy and p != pair for p in zones.pairs(running.config)):
        return True
    knocks = tuple(Traffic.to(*each) for each in protected.knocks)
    mine = (protected.as_entry, Ace("the knocks", permits=True, traffic=knocks))
    theirs = before(zones.classes(running.config, pair), ours)
    return any(may_take(running.config, each, mine) for each in theirs)
