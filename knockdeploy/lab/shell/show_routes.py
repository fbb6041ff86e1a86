"""The ``show`` commands about addresses and the way back to one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interfaces as interfaces_of
from knockdeploy.lab.commands import InvalidWordError
from knockdeploy.lab.shell.session import Session


def cef(session: Session, destination: str) -> str:
    """``show ip cef ADDRESS``: the longest prefix, and the interface it leads to."""
    running = session.router.running
    try:
        address = IPv4Address(destination)
    except ValueError:
        raise InvalidWordError(destination) from None
    if running.child("no ip cef"):
        return "%IPv4 CEF not running\n"
    networks = _attached(running)
    for own, name in networks:
        if own.ip == address:
            return f"{address}/32\n  receive for {name}\n"
    found = [(own.network, f"attached to {name}") for own, name in networks]
    found += [route for route in _routes(running, networks) if address in route[0]]
    best = max(
        (route for route in found if address in route[0]),
        key=lambda route: route[0].prefixlen,
        default=(IPv4Network("0.0.0.0/0"), "no route"),
    )
    return f"{best[0]}\n  {best[1]}\n"


def _attached(running: Node) -> list[tuple[IPv4Interface, str]]:
    """Return the address of each interface that is up, with its name."""
    found = []
    for name, interface in interfaces_of(running).items():
        section = running.child(f"interface {name}")
        if interface.shutdown or section is None:
            continue
        words = (child.text.split() for child in section.children)
        found += [
            (IPv4Interface(f"{each[2]}/{each[3]}"), name)
            for each in words
            if each[:2] == ["ip", "address"] and len(each) >= 4  # noqa: PLR2004  # with a mask
        ]
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
        through = next((name for own, name in networks if _within(hop, own.network)), None)
        name = words[4] if words[4] != hop else through
        if name is not None:
            routes.append((IPv4Network(f"{words[2]}/{words[3]}"), f"nexthop {hop} {name}"))
    return routes


def _within(address: str, network: IPv4Network) -> bool:
    try:
        return IPv4Address(address) in network
    except ValueError:
        return False


def interfaces(session: Session) -> str:
    """``show ip interface brief``."""
    text = "Interface                  IP-Address      OK? Method Status                Protocol\n"
    for each in interfaces_of(session.router.running).values():
        status = ("administratively down", "down") if each.shutdown else ("up", "up")
        address = each.address or "unassigned"
        text += f"{each.name:<26} {address:<15} YES NVRAM  {status[0]:<21} {status[1]:<8}\n"
    return text
