"""Addresses at which the router answers though it has them not: broadcast and multicast."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from knockdeploy.intent import Intent
from knockdeploy.ios import acl, view
from knockdeploy.ios.filters import Filters, admitted, admitting
from knockdeploy.ios.groups import groups_of
from knockdeploy.ios.match import Packet
from knockdeploy.ios.ways_in import way_in
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running

_ANSWERED: Final = frozenset({53, 67, 69, 123, 161, 500, 1701, 4500})
"""UDP services of IOS itself; TCP is not answered there."""

_EVERYWHERE: Final = ("255.255.255.255", "224.0.0.1")
_SMALLEST: Final = 30  # a /31 has neither (RFC 3021)
_STRANGER, _STRANGER_PORT = "198.18.0.1", 50001  # RFC 2544: nobody's


def unguarded(
    running: Running, intent: Intent, at: Placement, protected: Protected
) -> Iterator[str]:
    """Yield a warning for each UDP service that strangers reach at such an address by the list."""
    name = next((n for n in (at.acl, at.copies) if n and acl.entries(running.config, n)), None)
    groups = groups_of(running.config)
    new = tuple(acl.ace_of(text, groups) for text in intent.new_acl_entries or ())
    ways = (admitting((acl.entries(running.config, name) or ()) if name else new),)
    yield from _told(running, at, protected, ways, name or "knock.new_acl_entries")


def unguarded_behind(running: Running, at: Placement, protected: Protected) -> Iterator[str]:
    """Yield such a warning where classes shut, which are for the router's own addresses alone."""
    ways = tuple(way_in(running.config, name) for name in at.interfaces)
    where = f"an inbound ACL of {', '.join(at.interfaces)}"
    yield from _told(running, at, protected, ways, where)


def _told(
    running: Running, at: Placement, protected: Protected, ways: Filters, where: str
) -> Iterator[str]:
    if not at.own_addresses:
        return  # our deny is for any address then
    for protocol, port in protected.services:
        if protocol != "udp" or port not in _ANSWERED:
            continue
        open_at = [each for each in _targets(running, at) if _passes(ways, port, each)]
        if open_at:
            yield (
                f"{port}/udp is denied at the router's own addresses and stays open at "
                f"{', '.join(open_at)}, where IOS may answer too: `deny udp any host {open_at[0]} "
                f"eq {port}` and so on, in {where}"
            )


def _targets(running: Running, at: Placement) -> tuple[str, ...]:
    """Return the broadcast and network addresses of what is outside, and those of everybody."""
    sections = (running.config.section(f"interface {name}") for name in at.interfaces)
    networks = (own.network for section in sections for own in view.networks(section))
    edges = (
        (str(each.broadcast_address), str(each.network_address))
        for each in networks
        if each.prefixlen <= _SMALLEST
    )
    return (*chain.from_iterable(edges), *_EVERYWHERE)


def _passes(ways: Filters, port: int, destination: str) -> bool:
    packet = Packet("udp", _STRANGER, _STRANGER_PORT, destination, port)
    return any(admitted(way, packet) for way in ways)
