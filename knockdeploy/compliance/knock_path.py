"""Do knocks come in at all? Entries before ours may deny them."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.compliance.facts import Router, error
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, view, zones
from knockdeploy.ios.filters import WayIn, entries_of, inbound
from knockdeploy.ios.match import ANY, Ace, Packet
from knockdeploy.ios.packet_space import ANYWHERE, CLIENT_PORT
from knockdeploy.ios.sources import let_in
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import zoned
from knockdeploy.recipe.marked_entries import noticed


def knocks_denied(router: Router, intent: Intent) -> Iterator[Finding]:
    """A knock that no source gets through list and zone never reaches the control plane."""
    for interface, aim in guarded(router.running, intent):
        knocks = [
            Packet(k.protocol.value, ANYWHERE, CLIENT_PORT, aim, k.port) for k in intent.heard
        ]
        way: WayIn = ()
        for section, more in sections(router.running, interface):
            way = (*way, *more)
            denied = [packet for packet in knocks if not let_in(way, packet)]
            if denied:
                entry = _denying(more, denied[0])
                by = f"by '{entry.text}'" if entry else "by what drops the rest"
                yield error(
                    "knock-denied",
                    f"{len(denied)} of {len(knocks)} knocks are denied on {interface.name}, {by}",
                    entry.text if entry else "",
                    (section,),
                )
                break


def guarded(config: Node, intent: Intent) -> Iterator[tuple[view.Interface, str]]:
    """Yield the interfaces by which strangers come, each with an address that they aim at."""
    known = {name.split()[0]: each for name, each in view.interfaces(config).items()}
    for name in view.interface_names(intent.interface):
        interface = known.get(name)
        if interface is not None and not interface.shutdown:
            yield interface, interface.address or next(iter(view.own_addresses(config)), ANYWHERE)


def sections(config: Node, interface: view.Interface) -> Iterator[tuple[str, WayIn]]:
    """Yield each section that filters before the control plane does, and what it lets in."""
    if way := inbound(config, interface.name):
        yield acl.header(interface.acl_in or ""), noticed(way)
    pair = zones.to_self(config, interface.name)
    if pair and pair.policy:
        yield f"policy-map {zones.KIND}{pair.policy}", zoned(config, interface.name)


def _denying(way: WayIn, packet: Packet) -> Ace | None:
    """Return the entry that denies it to all; where several do so together, the first of them."""
    denying = (e for e in entries_of(way) if not e.permits and e.matches_from_somewhere(packet))
    return max(denying, key=lambda entry: entry.source == ANY, default=None)
