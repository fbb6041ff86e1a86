"""What else is on the router: names that something else has, other ways in from outside."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from knockdeploy.compliance.facts import Router, error, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.acl import Packet, entries, outcomes
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.name_conflicts import of_another_type

_STRANGER, _STRANGER_PORT = "203.0.113.250", 50001


def names(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Names of ours that an object of another type has: IOS would refuse or mix them up."""
    for node in router.running.children:
        for row in of_another_type(node.text, router.owned):
            yield error(
                "names",
                f"the name {row.name} is taken: choose another, knock.{row.key}",
                node.text,
            )


def uplinks(router: Router, intent: Intent) -> Iterator[Finding]:
    """A way in from outside that our ACL does not guard, and IPv6, which it never does."""
    outside = {view.interface_name(name) for name in intent.interface}
    routed, known = _default_routes(router.running), view.interfaces(router.running)
    for node in router.running.children:
        interface = known.get(node.text.removeprefix("interface "))
        if interface is None or interface.shutdown:
            continue
        is_ours = interface.name.split()[0] in outside  # ATM0/0.1 point-to-point
        if not is_ours and not _leads_outside(node, interface, routed):
            continue
        if not is_ours and (service := _open_service(router.running, interface, intent)):
            yield warning(
                "uplink",
                f"leads outside as well, and {service} is open there, knock or no knock: an "
                "inbound ACL that denies it",
                node.text,
            )
        if _has_ipv6(node):
            yield warning(
                "ipv6",
                "IPv6 comes in there, which no IPv4 ACL guards: `ipv6 traffic-filter NAME in`, or "
                "no IPv6 on this interface",
                node.text,
            )


def _default_routes(running: Node) -> frozenset[str]:
    """Return what default routes lead to: interfaces' names and next hops."""
    words = (node.text.split() for node in running.children if node.text.startswith("ip route "))
    return frozenset(
        view.interface_name(word)
        for each in words
        if each[2:4] == ["0.0.0.0", "0.0.0.0"]  # noqa: S104  # a prefix, nothing is bound
        for word in each[4:6]
    )


def _leads_outside(node: Node, interface: view.Interface, routed: frozenset[str]) -> bool:
    lines = [child.text for child in node.children]
    is_routed = interface.name.split()[0] in routed
    if is_routed or interface.negotiated or "ip nat outside" in lines:
        return True
    networks = (line.split()[2:4] for line in lines if line.startswith("ip address "))
    return any(_within(hop, network) for network in networks for hop in routed)


def _within(address: str, network: list[str]) -> bool:
    try:
        return IPv4Address(address) in IPv4Network("/".join(network), strict=False)
    except (AddressValueError, ValueError):
        return False


def _open_service(running: Node, interface: view.Interface, intent: Intent) -> str | None:
    """Return the first service of the intent that a stranger reaches by this interface."""
    acl = entries(running, interface.acl_in) if interface.acl_in else ()
    if acl is None:  # a list of another kind: nobody's to judge here
        return None
    destination = interface.address or next(iter(view.own_addresses(running)), _STRANGER)
    for service in intent.services:
        for protocol in ("tcp", "udp"):
            if protocol not in service.protocol.value:
                continue
            packet = Packet(
                protocol, _STRANGER, _STRANGER_PORT, destination, service.port, ack=False
            )
            if outcomes(acl, packet) == frozenset({True}):
                return f"{service.port}/{protocol}"
    return None


def _has_ipv6(node: Node) -> bool:
    lines = [child.text for child in node.children]
    speaks = any(line.startswith(("ipv6 address", "ipv6 enable")) for line in lines)
    guarded = any(line.startswith("ipv6 traffic-filter ") and line[-3:] == " in" for line in lines)
    return speaks and not guarded
