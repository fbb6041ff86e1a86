"""Where virtual routers are reached: loopback addresses, ports, and the sockets bound there."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from knockdeploy.errors import InputError, Mistake
from knockdeploy.lab.behaviour import Platform

SSH, HTTP, HTTPS = 22, 80, 443
OUTSIDE, INSIDE = "GigabitEthernet0/0", "GigabitEthernet0/1"
_INTERFACES: Final[Mapping[Platform, tuple[str, str]]] = {
    "ios": (OUTSIDE, INSIDE),
    "iosxe": ("GigabitEthernet0/0/0", "GigabitEthernet0/0/1"),
}
BASE_PORT = 10022
MAX_ROUTERS = 2000
# Away from the SSH port by as much as the services are: 10080 and 10443 for the usual 10022.
_OFFSETS = {SSH: 0, HTTP: 58, HTTPS: 421}
_STEP, _LAST_PORT = 500, 65535  # more than a lab's ports are apart
_PER_BLOCK = 250
_FIRST_BLOCKS = 16  # of labs with a base port; those that look for free addresses are behind
_TRIES = 50
_BACKLOG = 128
Listeners = dict[tuple[str, int], socket.socket]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a router is reached: its two addresses, and the socket's port for each service.

    Its platform says how its interfaces are called.
    """

    name: str
    inside: str
    outside: str
    sockets: dict[int, int] = field(default_factory=dict)
    platform: Platform = "ios"

    @property
    def interfaces(self) -> dict[str, str]:
        """The interface that holds each address."""
        outer, inner = _INTERFACES[self.platform]
        return {self.outside: outer, self.inside: inner}

    @property
    def doors(self) -> list[tuple[str, int]]:
        """The addresses and services at which it listens."""
        return [(address, service) for address in self.interfaces for service in self.sockets]

    @property
    def outer(self) -> str:
        """The interface where the Internet comes in."""
        return self.interfaces[self.outside]


def places_of(n_routers: int, base_port: int = BASE_PORT, first_block: int = 0) -> list[Place]:
    """Return where r1, r2, ... are, from 127.10.BLOCK.1 and 127.20.BLOCK.1 on."""
    sockets = {service: base_port + offset for service, offset in _OFFSETS.items()}
    return [
        Place(f"r{k + 1}", f"127.10.{block}.{host}", f"127.20.{block}.{host}", sockets)
        for k in range(n_routers)
        for block, host in [(first_block + k // _PER_BLOCK, k % _PER_BLOCK + 1)]
    ]


def with_iosxe(places: Sequence[Place], n_iosxe: int) -> list[Place]:
    """Return the places with IOS-XE on the last ``n_iosxe``."""
    first = len(places) - n_iosxe
    return [replace(p, platform="iosxe") if k >= first else p for k, p in enumerate(places)]


def listen(n_routers: int, base_port: int) -> tuple[list[Place], Listeners]:
    """Bind every TCP port of every router, or none; ``base_port`` 0 looks for free addresses.

    Raises:
        InputError: a port is busy, or the number of routers is out of range.
    """
    if not 1 <= n_routers <= MAX_ROUTERS:
        raise InputError(Mistake(f"{n_routers} routers: not in 1..{MAX_ROUTERS}"))
    if base_port:
        places = places_at(n_routers, base_port)
        try:
            return places, bind(places)
        except InputError as error:
            free = _next_free(n_routers, base_port)
            hint = f"is another lab running? --base-port {free} is free" if free else ""
            raise InputError(*(replace(each, hint=hint) for each in error.mistakes)) from error
    n_blocks = 1 + n_routers // _PER_BLOCK
    for _ in range(_TRIES):
        block = random.randrange(_FIRST_BLOCKS, 255 - n_blocks)  # noqa: S311  # a free place, no secret
        places = places_of(n_routers, first_block=block)
        try:
            return places, bind(places)
        except InputError:
            continue
    raise InputError(Mistake("no free loopback addresses for a lab", "end the labs still running"))


def _next_free(n_routers: int, base_port: int) -> int | None:
    for port in range(base_port + _STEP, _LAST_PORT - max(_OFFSETS.values()), _STEP):
        with suppress(InputError):
            close(bind(places_at(n_routers, port)))
            return port
    return None


def places_at(n_routers: int, base_port: int) -> list[Place]:
    """Return where the routers of a lab are.

    Labs whose base ports are a step apart get other addresses: their knock ports may be the same.
    """
    n_blocks = 1 + n_routers // _PER_BLOCK
    first = (base_port - BASE_PORT) // _STEP * n_blocks % _FIRST_BLOCKS
    return places_of(n_routers, base_port, first)


def bind(places: Sequence[Place]) -> Listeners:
    """Listen on the ports of every place, or raise InputError and leave nothing open."""
    listeners: Listeners = {}
    for place in places:
        for address, service in place.doors:
            port = place.sockets[service]
            try:
                sock = socket.create_server((address, port), backlog=_BACKLOG)
            except OSError as error:
                close(listeners)
                why = os.strerror(error.errno or 0)
                message = f"cannot listen on {address} port {port}: {why}"
                raise InputError(Mistake(message, host=place.name)) from error
            sock.settimeout(0)
            listeners[address, service] = sock
    return listeners


def close(listeners: Listeners) -> None:
    """Close every socket."""
    for sock in listeners.values():
        sock.close()
