"""By which interfaces strangers come: those of the intent, and whatever else leads outside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.running import Running

_ZONE = "zone-member security "


def uplinks(running: Running, intent: Intent) -> Iterator[tuple[Node, view.Interface]]:
    """Yield the interfaces by which strangers come, those that are shut down left out.

    Outside lead those of the intent, and where a default route, an eBGP neighbour or a negotiated
    address is, what NAT or a zone calls outside, and by IPv6 the same.
    """
    outside = {view.interface_name(name) for name in intent.interface}
    nodes = {
        view.interface_name(node.text.removeprefix("interface ").strip()): node
        for node in running.config.children
        if node.text.startswith("interface ")
    }
    own = (line.text for name in outside if name in nodes for line in nodes[name].children)
    zones = {text for text in own if text.startswith(_ZONE)}
    hops = _hops(running.config)
    for name, each in running.interfaces.items():
        if each.shutdown:
            continue
        node = nodes[name]
        short = name.split()[0]  # ATM0/0.1 point-to-point
        if short in outside or short in hops or _leads_outside(node, each, hops, zones):
            yield node, each


def _hops(config: Node) -> frozenset[str]:
    """Return what default routes lead to, and eBGP neighbours: interfaces' names, and addresses."""
    found = set()
    for node in config.children:
        words = node.text.split()
        if words[:2] == ["ip", "route"]:
            rest = words[4:] if words[2] == "vrf" else words[2:]
            if rest[:2] == ["0.0.0.0", "0.0.0.0"]:  # noqa: S104  # a prefix, nothing is bound
                found |= set(rest[2:4])
        elif words[:3] == ["ipv6", "route", "::/0"]:
            found |= set(words[3:5])
        elif words[:2] == ["router", "bgp"]:
            peers = (re.match(r"neighbor (\S+) remote-as (\S+)", n.text) for n in node.children)
            found |= {peer[1] for peer in peers if peer and peer[2] != words[2]}
    return frozenset(map(view.interface_name, found))


def _leads_outside(
    node: Node, interface: view.Interface, hops: frozenset[str], zones: set[str]
) -> bool:
    lines = [child.text for child in node.children]
    if interface.negotiated or "ip nat outside" in lines or zones & set(lines):
        return True
    if any(line.startswith("ipv6 address ") and line.endswith(" default") for line in lines):
        return True
    return any(view.is_within(hop, own.network) for own in view.networks(node) for hop in hops)
