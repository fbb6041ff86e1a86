"""Hosts behind the router: what our entries would take from them, refused.

An inbound ACL sees a packet before NAT does. A port that is forwarded to such a host has the
router's address there, and our deny would shut it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios import acl, ports, view
from knockdeploy.ios.match import ANY, Packet
from knockdeploy.ios.packet_space import CLIENT_PORT
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running

_STATIC = re.compile(r"ip nat (?:inside )?source static (.+)$")
_SOMEBODY = "192.0.2.1"  # a source; which one makes no difference to whom an entry lets packets


def refuse_behind(
    running: Running, at: Placement, protected: Protected, is_ours: Callable[[str], bool]
) -> None:
    """Refuse a router where our entries would shut hosts behind it, or open them.

    Raises:
        UnsupportedError: naming the line that forwards to them, or lets packets through to them.
    """
    for node in running.config.children:
        match = _STATIC.match(node.text) if node.text.startswith("ip nat ") else None
        if match and _forwards(running, match[1].split(), at, protected):
            raise UnsupportedError(
                f"'{node.text}' forwards a protected service to a host behind the router, and "
                "the inbound ACL sees it first: our entries would shut it",
                "forward another port, or take that service out of knock.services",
            )
    is_theirs = at.acl_exists and at.destination is None
    if is_theirs and (entry := _passing(running.config, at, protected, is_ours)):
        raise UnsupportedError(
            f"the entry '{entry}' of the ACL {at.copies or at.acl} lets a protected "
            "service through to another destination, and our entries cover any",
            "knock.destination: outside, with one interface that has an address; or take that "
            "service out of knock.services",
        )


def _forwards(running: Running, words: list[str], at: Placement, protected: Protected) -> bool:
    """Tell whether a static translation takes what we deny: a port, or a whole address."""
    is_network = words[0] == "network"
    words = words[is_network:]
    protocol = words.pop(0) if words[0] in {"tcp", "udp", "esp"} else None
    has_port = protocol in {"tcp", "udp"}
    rest = words[2 if has_port else 1 :]  # behind the address inside
    if not rest:
        return False
    if rest[0] == "interface":
        known = running.interfaces.get(view.interface_name("".join(rest[1:2])))
        addresses, rest = set(known.addresses if known else ()), rest[2:]
    else:
        mask = rest[1] if is_network and len(rest) > 1 else "/32"
        addresses, rest = _own(f"{rest[0]}/{mask.lstrip('/')}", at), rest[1:]
    if at.own_addresses and not addresses & set(at.own_addresses):
        return False
    if has_port:
        return (protocol, ports.number("".join(rest[:1]), str(protocol))) in protected.services
    return protocol is None


def _own(network: str, at: Placement) -> set[str]:
    try:
        found = IPv4Network(network, strict=False)
    except ValueError:
        return set(at.own_addresses)  # a line that we cannot read may take any of them
    return {address for address in at.own_addresses if IPv4Address(address) in found}


def _passing(
    running: Node, at: Placement, protected: Protected, is_ours: Callable[[str], bool]
) -> str | None:
    """Return a permit of a protected service to an address that is not the router's."""
    lists = (acl.entries(running, name) for name in (at.acl, at.copies) if name)
    for entry in next(filter(None, lists), ()):
        if not entry.permits or entry.destination == ANY or is_ours(entry.text):
            continue
        if any(own in side for side in entry.destination for own in protected.addresses):
            continue
        for side in entry.destination:
            target = str(IPv4Address(side.base))
            packets = (
                Packet(protocol, _SOMEBODY, CLIENT_PORT, target, port)
                for protocol, port in protected.services
            )
            if any(map(entry.matches_from_somewhere, packets)):
                return entry.text
    return None
