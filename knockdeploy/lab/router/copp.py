"""Control-plane policing and logging, compiled from the configuration (ios-facts §1)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from knockdeploy.ios.match import Ace, Packet
from knockdeploy.ios.policies import AGGREGATE, EXCEPTIONS, HOST, TrafficClass, classes
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_name

CPPR_DISABLED: Final = (
    "%CP-4-CPPR_DISABLED: Removing security features on host, transit and cef-exception paths"
)
NO_CEF: Final = "%IPv4 CEF not running\n"
_POLICING: Final = ("class-map ", "policy-map ", "control-plane", "no ip cef")
_CPPR_POLICIES: Final = (HOST, *EXCEPTIONS)


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """The classes attached to the aggregate and the paths, and those of the host's for logging."""

    aggregate: tuple[TrafficClass, ...]
    paths: Mapping[str, tuple[TrafficClass, ...]]
    logging: tuple[TrafficClass, ...]

    @property
    def host(self) -> tuple[TrafficClass, ...]:
        """The classes attached to the host path."""
        return self.paths.get(HOST, ())


def compile_policies(config: Node) -> ControlPlane:
    """Return what is attached; without CEF the paths below the aggregate do nothing (§1.2)."""
    return _compiled(config.keeping(lambda node: node.text.startswith(_POLICING)))


@functools.lru_cache(maxsize=256)  # asked after each line, and few lines are about policies
def _compiled(config: Node) -> ControlPlane:
    aggregate = classes(config, AGGREGATE)
    if not has_cef(config):
        return ControlPlane(aggregate, {}, ())
    paths = {path: classes(config, path) for path in _CPPR_POLICIES}
    return ControlPlane(aggregate, paths, classes(config, HOST, "type logging "))


def has_cef(config: Node) -> bool:
    """Tell whether CEF is on: it is until switched off."""
    return config.child("no ip cef") is None


def without_cppr(config: Node) -> Node:
    """Return the configuration without what hangs on the paths that need CEF (§1.2)."""
    for header in _CPPR_POLICIES:
        section = config.child(header)
        if section is not None:
            config = config.put((header,), section.with_children(()))
    return config


def is_policed(config: Node) -> bool:
    """Tell whether a policy is attached to the host path."""
    return bool(classes(config, HOST))


def classified(words: tuple[str, ...], find: Callable[[str], Ace | None]) -> bool:
    """Tell whether a match line of a policing class takes the packet.

    ``find`` returns the entry of a named ACL that decides: permit is in, deny is not (§8).
    """
    if words == ("any",):
        return True
    if words[0] == "access-group":
        entry = find(words[-1])
        return entry is not None and entry.permits
    return False


def logged(words: tuple[str, ...], packet: Packet, interface: str, *, dropped: bool) -> bool:
    """Tell whether a match line of a logging class takes the packet (§1.2)."""
    if words[0] == "packets":
        return words[1:] == (("dropped",) if dropped else ("permitted",))
    if words[0] == "input-interface":
        return interface_name("".join(words[1:])) == interface
    if words[:2] == ("ipv4", "source-address"):
        return words[-1] == packet.source
    if words[:2] == ("ipv4", "destination-address"):
        return words[-1] == packet.destination
    return False


def interval_ms(traffic_class: TrafficClass, default_ms: int) -> int:
    """Return the least time between two messages of a logging class, taken as milliseconds."""
    for action in traffic_class.actions:
        if match := re.match(r"log .*?\binterval (\d+)", action):
            return int(match[1])
    return default_ms


def message(packet: Packet, *, dropped: bool, blanks: int) -> str:
    """Return the message about a packet: source first, ports glued to the addresses (§1.1)."""
    verb = ("DROP" if dropped else "PERMIT") + " " * blanks
    sender = f"{packet.source}({packet.source_port})"
    return f"%CP-6-{packet.protocol.upper()}: {verb}{sender} -> {packet.destination}({packet.port})"
