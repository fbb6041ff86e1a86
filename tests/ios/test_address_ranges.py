"""Ranges of addresses, beside sets of what is in them."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from itertools import chain, combinations, pairwise, product

import pytest

from knockdeploy.ios.address_ranges import (
    ALL_V4,
    ALL_V6,
    Spans,
    meet,
    spans_of,
    united,
    without,
)
from knockdeploy.ios.match import Addresses

# Ranges in order and apart, as they should be; with neighbours, ends that meet, and single ones.
SOME: tuple[Spans, ...] = tuple(
    spans
    for spans in chain.from_iterable(
        combinations(((0, 0), (0, 1), (1, 3), (2, 2), (3, 3), (3, 5), (5, 5), (5, 6)), count)
        for count in range(4)
    )
    if all(high + 1 < low for (_, high), (low, _) in pairwise(spans))
)


def test_all_addresses_of_either_family_are_from_the_first_to_the_last() -> None:
    last = IPv4Address("255.255.255.255"), IPv6Address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
    assert (((0, int(last[0])),), ((0, int(last[1])),)) == (ALL_V4, ALL_V6)


def members(spans: Spans) -> set[int]:
    return {number for low, high in spans for number in range(low, high + 1)}


@pytest.mark.parametrize(
    ("of_both", "of_sets"),
    [
        (meet, set.intersection),
        (without, set.difference),
        (lambda some, others: united((*others, *some)), set.union),
    ],
    ids=["meet", "without", "united"],
)
def test_ranges_have_what_sets_have(
    of_both: Callable[[Spans, Spans], Spans], of_sets: Callable[[set[int], set[int]], set[int]]
) -> None:
    for some, others in product(SOME, SOME):
        found = of_both(some, others)
        assert members(found) == of_sets(members(some), members(others)), (some, others)
        assert all(low <= high for low, high in found)
        assert list(found) == sorted(found)


@pytest.mark.parametrize("wildcard", range(16))
def test_addresses_of_a_wildcard_are_those_that_differ_where_it_has_ones(wildcard: int) -> None:
    for base in (number for number in range(16) if not number & wildcard):
        spans, is_exact = spans_of(Addresses(base, wildcard))
        assert members(spans) == {number for number in range(16) if number & ~wildcard == base}
        assert is_exact


@pytest.mark.parametrize(("n_holes", "is_exact"), [(10, True), (11, False)])
def test_addresses_of_many_holes_are_all_between_their_ends(n_holes: int, is_exact: bool) -> None:
    wildcard = sum(2 << 2 * hole for hole in range(n_holes))
    spans, told = spans_of(Addresses(0, wildcard))
    assert (told, len(spans)) == (is_exact, 2**n_holes if is_exact else 1)
    assert (spans[0][0], spans[-1][1]) == (0, wildcard)
