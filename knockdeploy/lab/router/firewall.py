"""The zone-based firewall, as far as it polices the router's own traffic (ios-facts-more §A)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from knockdeploy.ios import zones
from knockdeploy.ios.match import Ace, Packet
from knockdeploy.ios.policies import TrafficClass, protocol_of
from knockdeploy.ios.view import interface_name, zone_of
from knockdeploy.ios.zones import SELF, Pair
from knockdeploy.lab.router import copp

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

Decide = Callable[[str, Packet], Ace | None]
_Flow = tuple[str, str, str, int, str, int]


class ZoneFirewall:
    """Policies of pairs with ``self``, and the sessions that their classes inspect."""

    def __init__(self, router: VirtualRouter, decide: Decide) -> None:
        """Ask ``decide`` which entry of a list decides about a packet."""
        self._router = router
        self._decide = decide
        self._sessions: set[_Flow] = set()
        self.matches: Counter[tuple[str, str, str]] = Counter()  # pair, policy, class

    def admits(self, packet: Packet, interface: str) -> bool:
        """Return whether the policy from the zone of ``interface`` to the router lets it in."""
        config = self._router.running
        return self._passes(packet, zones.to_self(config, interface_name(interface)))

    def answers(self, packet: Packet, interface: str) -> bool:
        """Return whether the answer to a packet gets out the way it came, as inspected ones do."""
        config = self._router.running
        zone = zone_of(config, interface_name(interface))
        pair = zones.to_self(config, interface_name(interface))
        if zone is None or (pair and _flow(pair, packet) in self._sessions):
            return True
        back = replace(
            packet, source=packet.destination, source_port=packet.port,
            destination=packet.source, port=packet.source_port, ack=packet.protocol == "tcp",
        )  # fmt: skip
        return self._passes(back, zones.pair_between(config, SELF, zone))

    def prune(self) -> None:
        """Forget the sessions and counters of pairs that have another policy now, or none."""
        attached = {(pair.name, pair.policy) for pair in zones.pairs(self._router.running)}
        self._sessions = {flow for flow in self._sessions if flow[:2] in attached}
        for key in [key for key in self.matches if key[:2] not in attached]:
            del self.matches[key]

    def restart(self) -> None:
        """Forget everything, as a reload does."""
        self._sessions.clear()
        self.matches.clear()

    def _passes(self, packet: Packet, pair: Pair | None) -> bool:
        if pair is None:
            return True
        if pair.policy is None:
            return self._router.behaviour.bare_pair == "passes"
        if _flow(pair, packet) in self._sessions:
            return True
        for each in zones.classes(self._router.running, pair):
            if each.holds(lambda words: self._takes(words, packet)):
                self.matches[pair.name, pair.policy, each.name] += 1
                return self._acts(each, pair, packet)
        return False  # class-default, where it is not printed

    def _acts(self, each: TrafficClass, pair: Pair, packet: Packet) -> bool:
        if each.inspects and not packet.ack:
            self._sessions.add(_flow(pair, packet))
        is_passed = each.passes and not (each.inspects and packet.ack)
        if not is_passed and "drop log" in each.actions:
            self._router.log(
                f"%FW-6-DROP_PKT: Dropping {packet.protocol} session "
                f"{packet.source}:{packet.source_port} {packet.destination}:{packet.port} on "
                f"zone-pair {pair.name} class {each.name} due to  DROP action found in policy-map "
                "with ip ident 0"
            )
        return is_passed

    def _takes(self, words: tuple[str, ...], packet: Packet) -> bool:
        if protocol := protocol_of(words):
            return packet.protocol == protocol
        return copp.classified(words, lambda name: self._decide(name, packet))


def _flow(pair: Pair, packet: Packet) -> _Flow:
    return (
        pair.name, pair.policy or "", packet.source, packet.source_port, packet.destination,
        packet.port,
    )  # fmt: skip
