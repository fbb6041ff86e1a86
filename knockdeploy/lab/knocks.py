"""The sequences of the lab's routers: published, and always the same."""

from __future__ import annotations

import hashlib

_N_KNOCKS = 5
# Below Linux's range of ports for whoever asks for none, so that a knock port is free.
_FIRST_PORT, _N_PORTS = 20000, 12000


def knock_ports(name: str) -> tuple[int, ...]:
    """Return the sequence of a lab router: always the same, in no order that a scan would walk."""
    ports: list[int] = []
    for attempt in range(256):
        digest = hashlib.sha256(f"{name}/{attempt}".encode()).digest()
        ports = [
            _FIRST_PORT + int.from_bytes(digest[2 * i : 2 * i + 2]) % _N_PORTS
            for i in range(_N_KNOCKS)
        ]
        if len(set(ports)) == _N_KNOCKS and ports not in (sorted(ports), sorted(ports)[::-1]):
            break
    return tuple(ports)
