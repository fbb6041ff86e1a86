"""The ports of a virtual router that its configuration names, and the sockets on them.

What arrives there is a packet for the router to judge. The kernel never shows us a SYN to a port
that nobody listens at, so a connection stands for its SYN, and is reset.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from knockdeploy.ios import acl
from knockdeploy.ios.groups import service_group
from knockdeploy.ios.match import PROTOCOLS, Packet, Traffic
from knockdeploy.ios.tree import Node
from knockdeploy.lab.wire import datapath

Key = tuple[str, int]  # protocol and port
_DATAGRAM_BYTES = 2048
_BACKLOG = 128
_FIRST_UNPRIVILEGED = 1024
_WIDEST_RANGE = 16  # ports; a wider range in an entry opens no sockets
_NAMING: Final = ("object-group ", "ip access-list extended ")
_KINDS: Final = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}

logger = logging.getLogger(__name__)


def named_ports(config: Node) -> frozenset[Key]:
    """Return the TCP and UDP ports that an entry or a group of the configuration names."""
    return _named_in(tuple(node for node in config.children if node.text.startswith(_NAMING)))


@functools.lru_cache(maxsize=256)  # asked after each line, and few lines are in such a section
def _named_in(sections: tuple[Node, ...]) -> frozenset[Key]:
    config = Node("", sections)
    names = {PROTOCOLS[name]: name for name in _KINDS}
    return frozenset(
        (names[each.protocol], port)
        for each in _traffic(config)
        if each.protocol in names
        for low, high in each.ports or ()
        if high - low < _WIDEST_RANGE
        for port in range(low, high + 1)
    )


def _traffic(config: Node) -> Iterator[Traffic]:
    groups = tuple(node for node in config.children if node.text.startswith("object-group service"))
    for group in groups:
        yield from service_group(group.text.split()[-1], groups)
    for node in config.children:
        if match := re.match(r"ip access-list extended (\S+)", node.text):
            for entry in acl.entries(config, match[1]) or ():
                yield from entry.traffic


class NamedPorts:
    """The sockets of a router: one for each address and port that its configuration names.

    ``sockets`` has the port of the socket where that is not the router's port; services of the
    router listen for TCP there already.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        sockets: Mapping[int, int],
        arrived: Callable[[Packet], object],
    ) -> None:
        self._addresses = addresses
        self._sockets = sockets
        self._arrived = arrived
        self._open: dict[tuple[str, Key], socket.socket] = {}
        self._followed: frozenset[Key] | None = None

    @property
    def ports(self) -> frozenset[Key]:
        """What is open now."""
        return frozenset(key for _, key in self._open)

    def follow(self, ports: frozenset[Key]) -> None:
        """Open and close sockets until exactly ``ports`` are open.

        Others below 1024, which need root, stay shut: no knock uses them.
        """
        if ports is self._followed:
            return
        self._followed = ports
        wanted = {(address, key) for address in self._addresses for key in ports if self._can(*key)}
        for where in self._open.keys() - wanted:
            self._close(where)
        for address, key in sorted(wanted - self._open.keys()):
            self._bind(address, key)

    def close(self) -> None:
        """Close all."""
        for where in list(self._open):
            self._close(where)

    def _can(self, protocol: str, port: int) -> bool:
        if port in self._sockets:
            return protocol == "udp"
        return port >= _FIRST_UNPRIVILEGED

    def _bind(self, address: str, key: Key) -> None:
        protocol, port = key
        socket_port = self._sockets.get(port, port)
        sock = socket.socket(socket.AF_INET, _KINDS[protocol])
        sock.settimeout(0)
        try:
            sock.bind((address, socket_port))
            if protocol == "tcp":
                sock.listen(_BACKLOG)
        except OSError as error:
            sock.close()
            logger.warning("no socket for %s %s:%s: %s", protocol, address, socket_port, error)
            return
        self._open[address, key] = sock
        asyncio.get_running_loop().add_reader(sock, self._read, sock, address, key)

    def _close(self, where: tuple[str, Key]) -> None:
        sock = self._open.pop(where)
        asyncio.get_running_loop().remove_reader(sock)
        sock.close()

    def _read(self, sock: socket.socket, address: str, key: Key) -> None:
        protocol, port = key
        taken = _syn if protocol == "tcp" else _datagram
        while True:
            try:
                source, source_port = taken(sock)
            except OSError:
                return  # nothing left to read
            self._arrived(Packet(protocol, source, source_port, address, port))


def _datagram(sock: socket.socket) -> tuple[str, int]:
    _, (source, source_port) = sock.recvfrom(_DATAGRAM_BYTES)
    return source, source_port


def _syn(sock: socket.socket) -> tuple[str, int]:
    connection, (source, source_port) = sock.accept()
    datapath.reset(connection)
    return source, source_port
