"""Other ports that lead to a protected service: our entries do not deny them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knockdeploy.ios import ports, view
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running

_MOVED = (
    (re.compile(r"ip ssh port (\d+) rotary \d+"), 22),
    (re.compile(r"ip http port (\d+)$"), 80),
    (re.compile(r"ip http secure-port (\d+)$"), 443),
)
_STATIC = re.compile(
    r"ip nat (?:inside )?source static (tcp|udp) (\S+) (\S+) (?:interface (\S+) (\S+)|(\S+) (\S+))"
)
_LINES = ("ip ssh ", "ip http ", "ip nat ", "line vty ")
_TELNET = 23
_ROTARIES = (3000, 5000, 7000)
"""Telnet to a rotary group: each group's number behind these."""


@dataclass(frozen=True, slots=True)
class OtherPort:
    """A port at which a protected service is; None for ``addresses`` are all."""

    label: str
    protocol: str
    port: int
    addresses: tuple[str, ...] | None


def other_ports(running: Running, protected: Protected) -> Iterator[OtherPort]:
    """Yield the ports at which the router itself has a protected service, or sends to it."""
    for node in running.config.children:
        if node.text.startswith(_LINES):
            for port, at, line in _moved(node):
                if ("tcp", port) in protected.services:
                    yield _other("tcp", port, at, protected.targets, line)
            if match := _STATIC.match(node.text):
                yield from _forwarded(running, protected, match)


def _moved(node: Node) -> Iterator[tuple[int, int, str]]:
    """Yield a service's own port, another at which it is, and the line that says so."""
    for pattern, port in _MOVED:
        if match := pattern.match(node.text):
            yield port, int(match[1]), node.text
    for line in node.children:
        if match := re.match(r"rotary (\d+)$", line.text):
            for base in _ROTARIES:
                yield _TELNET, base + int(match[1]), line.text


def _other(
    protocol: str, port: int, at: int, addresses: tuple[str, ...] | None, line: str
) -> OtherPort:
    return OtherPort(f"{port}/{protocol} (at port {at}, by '{line}')", protocol, at, addresses)


def _forwarded(running: Running, protected: Protected, found: re.Match[str]) -> Iterator[OtherPort]:
    """Yield static NAT to the router's own addresses: the inbound list is applied before it."""
    protocol, local, inner, interface, by_interface, address, by_address = found.groups()
    port, outer = ports.number(inner, protocol), ports.number(by_interface or by_address, protocol)
    if local not in running.own_addresses or port is None or outer is None:
        return
    if (protocol, port) in protected.services:
        known = running.interfaces.get(view.interface_name(interface)) if interface else None
        addresses = (known.addresses or None) if known else (address,)
        yield _other(protocol, port, outer, addresses, found[0])
