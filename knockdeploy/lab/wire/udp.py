"""The UDP ports of a virtual router: which its configuration names, and the sockets on them."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Callable, Iterable

from knockdeploy.ios import acl
from knockdeploy.ios.acl import PROTOCOLS, Packet
from knockdeploy.ios.tree import Node

_DATAGRAM_BYTES = 2048
_FIRST_UNPRIVILEGED = 1024
_UDP = PROTOCOLS["udp"]
_WIDEST_RANGE = 16  # ports; a wider range in an entry opens no sockets

logger = logging.getLogger(__name__)


def udp_ports(config: Node) -> frozenset[int]:
    """Return the UDP ports that an entry or a group of the configuration names."""
    groups = tuple(node for node in config.children if node.text.startswith("object-group service"))
    services: list[acl.Service] = []
    for group in groups:
        services += acl.service_group(group.text.split()[-1], groups)
    for node in config.children:
        if match := re.match(r"ip access-list extended (\S+)", node.text):
            for entry in acl.entries(config, match[1]) or ():
                services += entry.services
    ranges = [
        each for service in services if service.protocol == _UDP for each in service.ports or ()
    ]
    return frozenset(
        port for low, high in ranges if high - low < _WIDEST_RANGE for port in range(low, high + 1)
    )


class UdpPorts:
    """The UDP sockets of a router: one for each address and port that its configuration names."""

    def __init__(self, addresses: tuple[str, ...], arrived: Callable[[Packet], object]) -> None:
        self._addresses = addresses
        self._arrived = arrived
        self._open: dict[tuple[str, int], socket.socket] = {}

    @property
    def ports(self) -> frozenset[int]:
        """The ports that are open now."""
        return frozenset(port for _, port in self._open)

    def follow(self, ports: Iterable[int], sockets: dict[int, int]) -> None:
        """Open and close sockets until exactly ``ports`` are open.

        ``sockets`` has the port of the socket where that is not the router's port. Others below
        1024, which need root, stay shut: no knock uses them.
        """
        possible = [port for port in ports if port in sockets or port >= _FIRST_UNPRIVILEGED]
        wanted = {(address, port) for address in self._addresses for port in possible}
        for key in self._open.keys() - wanted:
            self._close(key)
        for address, port in sorted(wanted - self._open.keys()):
            self._bind(address, port, sockets.get(port, port))

    def close(self) -> None:
        """Close all."""
        for key in list(self._open):
            self._close(key)

    def _bind(self, address: str, port: int, socket_port: int) -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.settimeout(0)
        try:
            sock.bind((address, socket_port))
        except OSError as error:
            sock.close()
            logger.warning("no socket for UDP %s:%s: %s", address, socket_port, error)
            return
        self._open[address, port] = sock
        asyncio.get_running_loop().add_reader(sock, self._read, sock, address, port)

    def _close(self, key: tuple[str, int]) -> None:
        sock = self._open.pop(key)
        asyncio.get_running_loop().remove_reader(sock)
        sock.close()

    def _read(self, sock: socket.socket, address: str, port: int) -> None:
        while True:
            try:
                _, (source, source_port) = sock.recvfrom(_DATAGRAM_BYTES)
            except OSError:
                return  # nothing left to read
            self._arrived(Packet("udp", source, source_port, address, port))
