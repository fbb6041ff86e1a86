"""Sequences that anybody can read: no secret, on whatever router."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from knockdeploy.lab.knocks import knock_ports
from knockdeploy.sequence import KnockSequence

_MOST_LAB_ROUTERS: Final = 250

_ELSEWHERE: Final = (
    (46543, 28654, 40204, 57566, 34515),  # the article's
    (46543, 38654, 40204, 47566, 34515),  # our pages'
    (43607, 38911, 47052, 34276, 40593),
    (33901, 48210, 39077, 45542, 36718),
    (29011, 41877, 33540, 27406, 39983),
    (7000, 8000, 9000),  # knockd's
    (1111, 2222, 3333, 4444, 5555),
)


def is_published(sequence: KnockSequence) -> bool:
    """Tell whether these ports, in any order, stand in the article, in our pages or in the lab."""
    return frozenset(knock.port for knock in sequence) in _published()


def is_lab(hostname: str) -> bool:
    """Tell whether a router is one on this machine, where nothing needs to be secret."""
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost"


@lru_cache(maxsize=1)
def _published() -> frozenset[frozenset[int]]:
    lab = (knock_ports(f"r{number}") for number in range(1, _MOST_LAB_ROUTERS + 1))
    return frozenset(map(frozenset, (*_ELSEWHERE, *lab)))
