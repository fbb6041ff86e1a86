"""The zone-based firewall: zones, their interfaces, and the pairs that police what goes between.

Without a policy for a pair that ends in ``self``, all that comes to the router's own addresses is
let in (ios-facts §8).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final

from knockdeploy.ios import view
from knockdeploy.ios.policies import TrafficClass, classes_of
from knockdeploy.ios.tree import Node

SELF: Final = "self"
KIND: Final = "type inspect "
BINDING: Final = f"service-policy {KIND}"
_PAIR: Final = re.compile(r"zone-pair security (\S+) source (\S+) destination (\S+)")


@dataclass(frozen=True, slots=True)
class Pair:
    """A zone-pair; ``policy`` is None where it has none, which is legal (ios-facts-more §A)."""

    header: str
    name: str
    source: str
    destination: str
    policy: str | None


def zones(config: Node) -> tuple[str, ...]:
    """Return the zones by name, the router's own left out."""
    return tuple(config.behind("zone security "))


def members(config: Node, zone: str) -> tuple[str, ...]:
    """Return the interfaces of a zone."""
    return tuple(each.name for each in view.interfaces(config).values() if each.zone == zone)


def pairs(config: Node) -> tuple[Pair, ...]:
    """Return the zone-pairs."""
    found = (_pair(n) for n in config.children if n.text.startswith("zone-pair "))
    return tuple(pair for pair in found if pair)


@functools.lru_cache(maxsize=4096)
def _pair(node: Node) -> Pair | None:
    match = _PAIR.match(node.text)
    policy = next(node.behind(BINDING), None)
    return Pair(node.text, match[1], match[2], match[3], policy) if match else None


def pair_between(config: Node, source: str | None, destination: str) -> Pair | None:
    """Return the pair from one zone to another."""
    ends = (source, destination)
    return next((p for p in pairs(config) if (p.source, p.destination) == ends), None)


def to_self(config: Node, interface: str) -> Pair | None:
    """Return the pair that polices what comes to the router itself by an interface."""
    zone = view.zone_of(config, interface)
    return pair_between(config, zone, SELF) if zone else None


def classes(config: Node, pair: Pair) -> tuple[TrafficClass, ...]:
    """Return the classes of the policy of a pair, in the order in which they take packets."""
    return classes_of(config, pair.policy, KIND, pair.name) if pair.policy else ()
