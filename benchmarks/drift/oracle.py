"""What a router does, whatever its lines say: packets and knocks at a virtual one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.drift.deployed import CLIENT, INTENT, OUTSIDE, UPLINKS
from knockdeploy.ios import view
from knockdeploy.ios.match import Packet
from knockdeploy.ios.policy_file import is_file, path_and_digest, without_files
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.lab.edition import EDITIONS
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.recipe.engine.tcl_policy import scripts
from knockdeploy.rehearsal.rig import lab_platform

_STRANGERS = ("198.51.100.99", "8.8.8.8", "203.0.113.77")
_PORTS = (50000, 53)
_PAUSE_S = 1.2
"""More than IOS-XE wants between two knocks."""
_RUN_S = 0.6
"""More than what a policy takes for each packet."""
_QUIET_S = 60
"""Longer than a window, and than a policy has to do with what strangers sent under copp."""
_CLOSING_S = {"ios": 1, "iosxe": 61}
"""IOS-XE looks each minute whose time is over."""


@dataclass(frozen=True, slots=True)
class Seen:
    """``is_open``: strangers reach a service. ``knock_works``: for the one who knocked alone."""

    is_open: bool
    knock_works: bool

    @property
    def is_right(self) -> bool:
        """Whether the door is what it should be."""
        return self.knock_works and not self.is_open


def seen(config: Node, platform: str = "ios") -> Seen:
    """Return what a router of this configuration does."""
    clock = ManualClock()
    kind = lab_platform(platform)
    text = to_text(without_files(config))
    router = VirtualRouter(text, name="r1", clock=clock, edition=EDITIONS[kind])
    if files := dict(_files(config)):
        router.flash.update(files)
        router.reload()
    is_open = any(_reached(router, config, source) for source in _STRANGERS)
    clock.advance(_QUIET_S)
    for index, knock in enumerate(INTENT.ports):
        if index:
            clock.advance(_PAUSE_S)
        router.arrives(Packet("udp", CLIENT, 50000 + index, OUTSIDE, knock.port), UPLINKS[0])
    clock.advance(_RUN_S * len(INTENT.ports))
    is_let_in = all(
        router.arrives(Packet("tcp", CLIENT, 50000, OUTSIDE, service.port), UPLINKS[0])
        for service in INTENT.tcp_services
    )
    others = is_open or any(_reached(router, config, source) for source in _STRANGERS)
    clock.advance(60 * INTENT.timeout_minutes + _CLOSING_S[kind])
    stays = not is_open and _reached(router, config, CLIENT)
    return Seen(is_open, is_let_in and not stays and (others == is_open))


def _files(config: Node) -> Iterator[tuple[str, str]]:
    """Yield the files of the router's flash; one that is not as it was deployed is damaged."""
    known = scripts()
    for node in filter(lambda each: is_file(each.text), config.children):
        path, said = path_and_digest(node.text)
        yield path.partition(":")[2].lstrip("/"), known.get(said, b"error damaged").decode()


def _reached(router: VirtualRouter, config: Node, source: str) -> bool:
    known = view.interfaces(config)
    return any(
        router.arrives(Packet(protocol, source, source_port, address, service.port), interface)
        for interface in UPLINKS
        if interface in known and not known[interface].shutdown
        for address in view.own_addresses(config)
        for service in INTENT.services
        for protocol in service.protocol.value.split("-")
        for source_port in _PORTS
    )
