"""What a configuration says about the router itself."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from knockdeploy.ios.tree import Node

_ADDRESS = re.compile(r"ip address (\d+\.\d+\.\d+\.\d+) \d+\.\d+\.\d+\.\d+( secondary)?")
# An address that routers share answers on whichever is active: HSRP's, VRRP's (its version 3 in a
# section of its own), GLBP's, a redundancy group's.
_SHARED = re.compile(
    r"(?:(?:standby(?: \d+)?|vrrp \d+|glbp \d+|redundancy group \d+) ip|address) "
    r"(\d+\.\d+\.\d+\.\d+)\b"
)
# Without an address HSRP and GLBP learn it from the other routers (Cisco, `standby ip`, `glbp ip`).
_LEARNED = re.compile(r"(?:standby(?: \d+)?|glbp \d+) ip$")
# Beside those of interfaces: `ip alias ADDRESS PORT`, a home agent's, a VPN gateway's.
_ALIAS = re.compile(r"ip (?:alias|mobile home-agent address) (\d+\.\d+\.\d+\.\d+)\b")
_LISTENING = ("ip alias ", "ip mobile ")
_GATEWAY = re.compile(r"ip address (\d+\.\d+\.\d+\.\d+)\b")
_KINDS = (
    "Async", "ATM", "BRI", "BVI", "Cellular", "Dialer", "Ethernet", "FastEthernet",
    "GigabitEthernet", "Loopback", "Multilink", "Port-channel", "Serial", "TenGigabitEthernet",
    "Tunnel", "Virtual-Template", "Vlan",
)  # fmt: skip

# Classic IOS ended with 15.9; XE 3S calls itself 15 too, but has a forwarding processor, packages
# or a hypervisor below it (real configurations).
_XE = re.compile(
    r"version (1[6-9]|[2-9]\d)\.|(no )?platform (console|qfp|punt-|hardware|shell|software)|"
    r"netconf-yang|restconf|iox$|app-hosting |virtual-service |license boot level |"
    r"diagnostic bootup level|interface VirtualPortGroup|"
    r"boot system (flash )?bootflash:packages"
)
# Where a server keeps what is written there; flash:, disk0: and the like are the router's own.
_REMOTE = re.compile(r"(?:tftp|ftp|sftp|https?|scp|rcp|xmodem|ymodem):", re.IGNORECASE)
_COMMON = re.compile(r"ip access-group common (\S+) (\S+) in\b")
_OCTET = 255
_SHARES = ("standby ", "vrrp ", "glbp ", "redundancy group ")
_NO_IP = "no ip address"
_READ = ("ip address ", _NO_IP, "ip access-group ", "shutdown", "zone-member ", *_SHARES)


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface: ``address`` is None where it has none or negotiates it."""

    name: str
    address: str | None
    others: tuple[str, ...]
    negotiated: bool
    shutdown: bool
    acl_in: str | None
    zone: str | None = None
    has_no_ip: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every IPv4 address of its own: primary, secondary, and those it shares."""
        return ((self.address,) if self.address else ()) + self.others


@functools.lru_cache(maxsize=16384)
def interface_name(name: str) -> str:
    """Return the name as IOS prints it: ``gi0/0`` is ``GigabitEthernet0/0``."""
    match = re.match(r"([A-Za-z][A-Za-z-]*) ?(\d.*)$", name)
    if match is None:
        return name
    kinds = [kind for kind in _KINDS if kind.lower().startswith(match[1].lower())]
    return (kinds[0] if kinds else match[1]) + match[2]


def interface_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names as IOS prints them, each once however often it is spelt."""
    return tuple(dict.fromkeys(map(interface_name, names)))


def interfaces(config: Node) -> dict[str, Interface]:
    """Return the interfaces of a configuration by name."""
    nodes = (node for node in config.children if node.text.startswith("interface "))
    return {found.name: found for found in map(_interface, nodes)}


@functools.lru_cache(maxsize=4096)  # a plan asks about the same interfaces many times
def _interface(node: Node) -> Interface:
    lines = [child.text for child in node.children if child.text.startswith(_READ)]
    matches = [match for match in map(_ADDRESS.match, lines) if match and _is_address(match[1])]
    primary = [match[1] for match in matches if not match[2]]
    others = [match[1] for match in matches if match[2]]
    others += _addresses(_SHARED, _shared(node))
    bound = [
        match for match in (re.match(r"ip access-group (\S+) in", line) for line in lines) if match
    ]
    return Interface(
        name=interface_name(node.text.removeprefix("interface ").strip()),
        address=primary[0] if primary else None,
        others=tuple(others),
        negotiated=any(re.match(r"ip address (dhcp|negotiated|pool)\b", line) for line in lines),
        shutdown="shutdown" in lines,
        acl_in=bound[0][1] if bound else None,
        zone=next((line.split()[-1] for line in lines if line.startswith("zone-member ")), None),
        has_no_ip=_NO_IP in lines,
    )


def _shared(node: Node) -> Iterator[str]:
    for child in node.children:
        if child.text.startswith(_SHARES):
            yield child.text
            yield from (line.text for line in child.children)


def _addresses(pattern: re.Pattern[str], lines: Iterable[str]) -> list[str]:
    return [match[1] for match in map(pattern.match, lines) if match and _is_address(match[1])]


def networks(interface: Node) -> Iterator[IPv4Interface]:
    """Yield the addresses of an interface with their masks; a damaged line is left out."""
    for line in interface.behind("ip address "):
        with suppress(ValueError):  # `ip address dhcp`, a damaged file
            yield IPv4Interface("/".join(line.split()[:2]))


def is_within(address: str, network: IPv4Network) -> bool:
    """Tell whether an address is in a network; the name of an interface is in none."""
    try:
        return IPv4Address(address) in network
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    """Tell an address from what a damaged file has in its place."""
    return all(octet == str(int(octet)) and int(octet) <= _OCTET for octet in text.split("."))


def inbound_acl(config: Node, interface: str) -> str | None:
    """Return the name of the ACL that filters what comes in by ``interface``, if it has one."""
    return _interface(config.section(f"interface {interface}")).acl_in


def inbound_lists(config: Node, interface: str) -> tuple[str, ...]:
    """Return the names of the ACLs that filter there, in their order: IOS-XE takes a common one."""
    node = config.section(f"interface {interface}")
    common = next(filter(None, (_COMMON.match(line.text) for line in node.children)), None)
    return common.groups() if common else tuple(filter(None, (_interface(node).acl_in,)))


def zone_of(config: Node, interface: str) -> str | None:
    """Return the zone of an interface, if it is in one."""
    return _interface(config.section(f"interface {interface}")).zone


def bound_to(config: Node, acl: str) -> Iterator[str]:
    """Yield the headers of the interfaces that an ACL filters, one way or the other."""
    binds = re.compile(rf"ip access-group (?:(?:common )?|common \S+ ){re.escape(acl)} ")
    for node in config.children:
        lines = node.children if node.text.startswith("interface ") else ()
        if any(binds.match(line.text) for line in lines):
            yield node.text


def used_by(config: Node, acl: str) -> Iterator[str]:
    """Yield the headers of the interfaces that an ACL filters, and of the classes it is in."""
    yield from bound_to(config, acl)
    by_acl = {f"match access-group name {acl}", f"match access-group {acl}"}
    for node in config.children:
        if node.text.startswith("class-map ") and any(c.text in by_acl for c in node.children):
            yield node.text


def own_addresses(config: Node) -> tuple[str, ...]:
    """Return every IPv4 address of the router's own, interfaces that are shut down left out."""
    up = (each for each in interfaces(config).values() if not each.shutdown)
    held = (address for each in up for address in each.addresses)
    return tuple(dict.fromkeys((*held, *_without_interface(config))))


def learned_addresses(config: Node) -> Iterator[tuple[str, str]]:
    """Yield the interfaces that share an address which no line of the configuration shows.

    Each with the line that has the router learn it; interfaces that are shut down are left out.
    """
    up = (node for node in config.children if node.text.startswith("interface "))
    for node in up:
        if not (each := _interface(node)).shutdown:
            yield from ((each.name, line) for line in _shared(node) if _LEARNED.match(line))


def _without_interface(config: Node) -> Iterator[str]:
    """Yield the addresses on which services of the router listen though no interface has them."""
    listening = (n.text for n in config.children if n.text.startswith(_LISTENING))
    yield from _addresses(_ALIAS, listening)
    for node in config.children:
        if node.text.startswith("webvpn gateway ") and not node.child("no inservice"):
            yield from _addresses(_GATEWAY, (line.text for line in node.children))


def interface_of(config: Node, address: str) -> str | None:
    """Return the name of the interface that holds ``address``."""
    for each in interfaces(config).values():
        if address in each.addresses:
            return each.name
    return None


def hostname(config: Node) -> str:
    """Return the hostname; IOS calls itself Router until told otherwise."""
    return next(config.behind("hostname "), "Router").split()[0]


def archive_path(config: Node) -> str | None:
    """Return where ``archive`` writes to, or None where it has no path."""
    return next(map(str.strip, config.section("archive").behind("path ")), None)


def is_remote(path: str) -> bool:
    """Tell whether files under a path are kept by a server."""
    return bool(_REMOTE.match(path))


def is_xe(config: Node) -> bool:
    """Tell whether a configuration is IOS-XE's: by its version, or a line classic IOS lacks."""
    return any(_XE.match(node.text) for node in config.children)
