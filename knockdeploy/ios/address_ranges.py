"""Addresses as ranges of numbers, of either family: sorted, and none meets another."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from knockdeploy.ios.match import ALL_ONES, Addresses

Span = tuple[int, int]
"""The first and the last."""

Spans = tuple[Span, ...]
ALL_V4: Spans = ((0, ALL_ONES),)
ALL_V6: Spans = ((0, (1 << 128) - 1),)
_EXAMPLES = (int(IPv4Address("198.51.100.250")), int(IPv6Address("2001:db8:ffff::250")))
_MOST_HOLES = 10
"""Bits of a wildcard with holes that are counted out: a thousand ranges."""


def meet(some: Spans, others: Spans) -> Spans:
    """Return what is in both."""
    found = []
    i = j = 0
    while i < len(some) and j < len(others):
        (first, last), (low, high) = some[i], others[j]
        if first <= high and low <= last:
            found.append((max(first, low), min(last, high)))
        if last < high:
            i += 1
        else:
            j += 1
    return tuple(found)


def without(some: Spans, others: Spans) -> Spans:
    """Return what is in the first and not in the second."""
    left = []
    j = 0
    for first, last in some:
        low = first
        while j < len(others) and others[j][1] < low:
            j += 1
        k = j
        while k < len(others) and (other := others[k])[0] <= last:
            if other[0] > low:
                left.append((low, other[0] - 1))
            low = other[1] + 1
            k += 1
        if low <= last:
            left.append((low, last))
    return tuple(left)


def united(spans: Iterable[Span]) -> Spans:
    """Return ranges that come in any order, sorted and merged."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def spans_of(addresses: Addresses) -> tuple[Spans, bool]:
    """Return the ranges of some addresses, and whether they are exactly these.

    A wildcard with many holes is taken for all between its ends.
    """
    wildcard = addresses.wildcard
    whole = (wildcard ^ (wildcard + 1)) >> 1  # the ones at its end
    holes = [bit for bit in range(32) if (wildcard & ~whole) >> bit & 1]
    if len(holes) > _MOST_HOLES:
        return ((addresses.base, addresses.base | wildcard),), False
    starts = [addresses.base]
    for bit in holes:
        starts += [start | 1 << bit for start in starts]
    return united((start, start | whole) for start in starts), addresses.sure


def span_of(network: IPv4Network) -> Span:
    """Return a prefix as a range."""
    return int(network.network_address), int(network.broadcast_address)


def prefix(network: str) -> Span:
    """Return a prefix of IPv6 as a range."""
    found = IPv6Network(network, strict=False)
    return int(found.network_address), int(found.broadcast_address)


def example(spans: Spans, *, is_v6: bool = False) -> str:
    """Return an address of some, one of those for documentation if it is among them."""
    usual = _EXAMPLES[is_v6]
    is_among = any(low <= usual <= high for low, high in spans)
    return written(usual if is_among else spans[0][0], is_v6=is_v6)


def written(number: int, *, is_v6: bool = False) -> str:
    """Return an address as people write it."""
    return str(IPv6Address(number) if is_v6 else IPv4Address(number))
