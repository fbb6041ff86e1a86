"""What else stands on the control plane's host path and may take knocks (ios-facts-more §B)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.policies import HOST, TrafficClass, classes
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_name
from knockdeploy.recipe.placement import Placement

_PORT_FILTER: Final = "type port-filter "
_MANAGEMENT: Final = "management-interface "
_MANAGED: Final = {
    ("tcp", 21): "ftp", ("tcp", 22): "ssh", ("tcp", 23): "telnet", ("tcp", 80): "http",
    ("tcp", 443): "https", ("udp", 69): "tftp", ("udp", 161): "snmp",
}  # fmt: skip
"""What `management-interface` calls what it lets in by its interface, and drops elsewhere."""


def host_features(running: Node, intent: Intent, at: Placement) -> Iterator[str]:
    """Refuse a port-filter that drops knocks; warn of what keeps services shut to everybody.

    Raises:
        UnsupportedError: naming the class.
    """
    for knock in intent.heard:
        for each in _port_filters(running, knock.protocol.value, knock.port, is_closed=True):
            raise UnsupportedError(
                f"class {each.name} of the port-filter {each.policy} drops knocks, and our class "
                "may not see what it drops",
                f"`class-map type port-filter {each.name}`, `match not port ...` for each knock "
                "port, or the ports that are open by name in place of closed-ports",
            )
    yield from dropped_services(running, intent, at)


def dropped_services(running: Node, intent: Intent, at: Placement) -> Iterator[str]:
    """Yield what keeps a service shut to everybody, knock or no knock, at our interfaces."""
    dropped: dict[tuple[str, str], list[str]] = {}
    for name in at.interfaces:
        for protocol, port in intent.service_ports:
            for _, line in features_that_drop(running, name, protocol, port):
                dropped.setdefault((line, name), []).append(f"{port}/{protocol}")
    for (line, name), services in dropped.items():
        yield (
            f"'{line}' drops {', '.join(services)} that comes in by {name}, knock or no knock: "
            "let it in there, or take the line out"
        )


def features_that_drop(
    running: Node, interface: str, protocol: str, port: int
) -> Iterator[tuple[str, str]]:
    """Yield what drops packets to a port from wherever they come: section and line."""
    for each in _port_filters(running, protocol, port, is_closed=False):
        yield f"policy-map {_PORT_FILTER}{each.policy}", f"class {each.name}"
    word, path = _MANAGED.get((protocol, port)), running.section(HOST)
    lines = [node.text for node in path.children if node.text.startswith(_MANAGEMENT)]
    if word and lines and not any(_lets_in(line, interface, word) for line in lines):
        yield HOST, lines[0]


def _lets_in(line: str, interface: str, word: str) -> bool:
    _, name, _, *words = line.split()
    return interface_name(name) == interface.split(maxsplit=1)[0] and word in words


def _port_filters(
    running: Node, protocol: str, port: int, *, is_closed: bool
) -> Iterator[TrafficClass]:
    """Yield the classes of a port-filter that drop what is sent to a port."""

    def takes(words: tuple[str, ...]) -> bool:
        if words[:1] != ("port",):
            return is_closed and words == ("closed-ports",)
        ports = [int(word) for word in words[2:] if word.isdecimal()]
        return words[1] == protocol and bool(ports) and ports[0] <= port <= ports[-1]

    for each in classes(running, HOST, _PORT_FILTER):
        if each.drops and each.holds(takes):
            yield each
