"""What else is on the router: names that are taken, and other ways in from outside."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.compliance.facts import Router, error, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.uplinks import uplinks as ways_outside
from knockdeploy.intent import Intent
from knockdeploy.ios import ipv6, view
from knockdeploy.ios.acl import entries
from knockdeploy.ios.filters import surely_admitted
from knockdeploy.ios.match import Packet
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import way_in
from knockdeploy.recipe.name_conflicts import of_another_type
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.running import Running

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
    """Another interface to the Internet that the knock does not protect, and IPv6."""
    outside = {view.interface_name(name) for name in intent.interface}
    guards_all = recipe_for(intent).enforcement.is_in_policy
    for node, interface in ways_outside(Running(router.running), intent):
        is_ours = guards_all or interface.name.split()[0] in outside  # ATM0/0.1 point-to-point
        if not is_ours and (service := _open_service(router.running, interface, intent)):
            yield warning(
                "uplink",
                f"leads to the Internet too, and {service} is open there without a knock: an "
                "inbound ACL that denies it",
                node.text,
            )
        if _has_ipv6(node):
            yield warning(
                "ipv6",
                "IPv6 is on there, and no IPv4 ACL filters it: `ipv6 traffic-filter NAME in`, or "
                "no IPv6 on this interface",
                node.text,
            )


def _open_service(running: Node, interface: view.Interface, intent: Intent) -> str | None:
    """Return the first service of the intent that a stranger reaches by this interface."""
    if interface.acl_in and entries(running, interface.acl_in) is None:
        return None  # a list of another kind: nobody's to judge here
    way = way_in(running, interface.name)
    destination = interface.address or next(iter(view.own_addresses(running)), _STRANGER)
    for protocol, port in intent.service_ports:
        if surely_admitted(way, Packet(protocol, _STRANGER, _STRANGER_PORT, destination, port)):
            return f"{port}/{protocol}"
    return None


def _has_ipv6(node: Node) -> bool:
    is_guarded = any(line.endswith(" in") for line in node.behind("ipv6 traffic-filter "))
    return ipv6.speaks(node) and not is_guarded
