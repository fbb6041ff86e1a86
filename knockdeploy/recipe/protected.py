"""What the knock of a router protects, and from whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import chain
from typing import Final

from knockdeploy.intent import Intent
from knockdeploy.ios import acl, ports
from knockdeploy.ios.match import Ace, Packet, Traffic, of_network
from knockdeploy.recipe.marked_entries import heard_ports, shut_ports
from knockdeploy.recipe.running import Running

_KEEPS: Final = re.compile(r"(?:\d+ )?permit tcp any .* eq (\S+) established")


@dataclass(frozen=True, slots=True)
class Protected:
    """The services of a router that the knock opens, and who keeps reaching them without one."""

    services: tuple[tuple[str, int], ...]  # protocol and port
    addresses: tuple[str, ...]
    management: tuple[IPv4Network, ...]
    knocks: frozenset[tuple[str, int]]
    negotiated: bool = False  # it may have any address then

    @classmethod
    def of(cls, intent: Intent, running: Running, *, strays: bool = True) -> Protected:
        """Return what this intent, and what was deployed before it, protects on this router.

        ``strays``: also what somebody else put into our group.
        """
        wanted = set(intent.service_ports)
        wanted |= set(_deployed(running, intent.names.service_group))
        wanted |= set(shut_ports(running.config))
        if not strays:
            wanted -= strays_in(intent, running)
        knocks = {(knock.protocol.value, knock.port) for knock in chain(*intent.silent.values())}
        return cls(
            services=tuple(sorted(wanted)),
            addresses=running.own_addresses,
            management=intent.management_sources,
            knocks=frozenset(
                knocks
                | set(_deployed(running, intent.names.knock_group))
                | set(heard_ports(running.config))
            ),
            negotiated=any(each.negotiated for each in running.interfaces.values()),
        )

    @property
    def targets(self) -> tuple[str, ...] | None:
        """The addresses that count; None for all, where the router may have any."""
        return None if self.negotiated else self.addresses

    @property
    def as_entry(self) -> Ace:
        """What matches packets to one of the services, and nothing else."""
        traffic = tuple(Traffic.to(*each) for each in self.services)
        return Ace("permit the services", permits=True, traffic=traffic)

    @property
    def from_management(self) -> Iterator[Ace]:
        """What matches packets from each network of the management, and nothing else."""
        for network in self.management:
            yield Ace("permit the management", permits=True, source=(of_network(network),))

    def is_opened_by(self, packet: Packet) -> bool:
        """Tell whether the packet opens something to one of the services."""
        return packet.opens and (packet.protocol, packet.port) in self.services

    def is_management(self, source: str) -> bool:
        """Tell whether the source keeps its access whatever happens."""
        return any(IPv4Address(source) in network for network in self.management)


def strays_in(intent: Intent, running: Running) -> frozenset[tuple[str, int]]:
    """Return the TCP services of our group that somebody else put there.

    Ours, withdrawn ones too, have an entry that keeps their sessions (knock.keep_established);
    where none has one, nothing tells.
    """
    wanted = {("tcp", service.port) for service in intent.tcp_services}
    there = {each for each in _deployed(running, intent.names.service_group) if each[0] == "tcp"}
    if there <= wanted:
        return frozenset()
    kept = {("tcp", port) for port in _kept(running)}
    return frozenset(there - wanted - kept if there & kept else ())


def _kept(running: Running) -> Iterator[int | None]:
    for node in running.config.children:
        for line in node.children if acl.is_extended(node.text) else ():
            if found := _KEEPS.match(line.text):
                yield ports.number(found[1], "tcp")


def _deployed(running: Running, group: str) -> Iterator[tuple[str, int]]:
    for member in running.config.section(f"object-group service {group}").children:
        words = member.text.split()
        protocols = {"tcp": ("tcp",), "udp": ("udp",), "tcp-udp": ("tcp", "udp")}.get(words[0], ())
        port = ports.number(words[-1], words[0])
        if port is not None:
            yield from ((protocol, port) for protocol in protocols)
