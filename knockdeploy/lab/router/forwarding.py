"""Where packets to an address go: attached networks, static routes, the router itself."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from knockdeploy.ios import view
from knockdeploy.ios.tree import Node
from knockdeploy.lab.router.copp import NO_CEF, has_cef


def entry(running: Node, address: IPv4Address) -> str:
    """Return what ``show ip cef ADDRESS`` prints of it.

    The router receives what is for an address of its own, and for either end of its subnet.
    """
    if not has_cef(running):
        return NO_CEF
    networks = _attached(running)
    for own, name in networks:
        ends = own.network.network_address, own.network.broadcast_address
        if address == own.ip or (address in ends and own.network.prefixlen <= _HAS_ENDS):
            return f"{address}/32\n  receive for {name}\n"
    for network, fate in _NOBODYS:
        is_ours = any(own.ip in network for own, _ in networks)  # a lab lives on loopback addresses
        if address in network and not is_ours:
            return f"{network}\n  {fate}\n"
    found = [(own.network, f"attached to {name}") for own, name in networks]
    found += [route for route in _routes(running, networks) if address in route[0]]
    best = max(
        (route for route in found if address in route[0]),
        key=lambda route: route[0].prefixlen,
        default=(IPv4Network("0.0.0.0/0"), "no route"),
    )
    return f"{best[0]}\n  {best[1]}\n"


_NOBODYS = (
    (IPv4Network("255.255.255.255/32"), "receive"),
    (IPv4Network("224.0.0.0/4"), "drop"),
    (IPv4Network("240.0.0.0/4"), "drop"),
    (IPv4Network("127.0.0.0/8"), "drop"),
)
"""What CEF has from the beginning, whatever is configured."""
_HAS_ENDS = 30
"""The longest prefix of a subnet that has a broadcast address."""


def _attached(running: Node) -> list[tuple[IPv4Interface, str]]:
    """Return the address of each interface that is up, with its name."""
    found = []
    for name, interface in view.interfaces(running).items():
        section = running.child(f"interface {name}")
        if interface.shutdown or section is None:
            continue
        found += [(own, name) for own in view.networks(section)]
    return found


def _routes(
    running: Node, networks: list[tuple[IPv4Interface, str]]
) -> list[tuple[IPv4Network, str]]:
    """Return the static routes: ``ip route NETWORK MASK [INTERFACE] NEXTHOP``."""
    routes = []
    for node in running.children:
        words = node.text.split()
        if words[:2] != ["ip", "route"] or words[2] == "vrf":
            continue
        hop = words[-1]
        through = next((n for own, n in networks if view.is_within(hop, own.network)), None)
        name = words[4] if words[4] != hop else through
        if name is not None:
            routes.append((IPv4Network(f"{words[2]}/{words[3]}"), f"nexthop {hop} {name}"))
    return routes
