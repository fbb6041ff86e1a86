"""From where a packet gets in: beside each source, asked of the filters one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

import pytest

from knockdeploy.ios.acl import ace_of
from knockdeploy.ios.address_ranges import ALL_V4
from knockdeploy.ios.filters import Filter, FilterStage, WayIn, outcomes
from knockdeploy.ios.match import Packet, integer
from knockdeploy.ios.sources import let_in

ENTRIES = tuple(
    ace_of(text, ())
    for text in (
        "permit tcp 192.0.2.0 0.0.0.255 any eq 22",
        "deny tcp host 192.0.2.7 any",
        "permit ip any any time-range NIGHT",
        "deny tcp 192.0.2.0 0.0.0.127 any time-range NIGHT",
        "permit udp any any",
        "permit tcp any any eq 22",
    )
)
PACKET = Packet("tcp", "0.0.0.0", 50000, "203.0.113.10", 22)  # noqa: S104  # as yet
SOURCES = [
    *("0.0.0.1", "192.0.1.255", "192.0.2.0", "192.0.2.7", "192.0.2.127", "192.0.2.128"),
    *("192.0.2.255", "192.0.3.0", "255.255.255.255"),
]


def filters() -> Iterator[Filter]:
    for entries in permutations(ENTRIES, 2):
        yield Filter((FilterStage(entries),))
        yield Filter((FilterStage(entries, admits=False),), otherwise=True)
        first, second = (FilterStage((each,), admits=False) for each in entries)
        yield Filter((first, replace(second, admits=True)), otherwise=False)


def is_told(way: WayIn, source: str) -> bool:
    number = integer(source)
    found = let_in(way, PACKET)
    return any(low <= number <= high for _, spans in found for low, high in spans)


@pytest.mark.parametrize("source", SOURCES)
def test_who_may_get_in_is_who_the_filters_may_let_in(source: str) -> None:
    packet = replace(PACKET, source=source)
    every = tuple(filters())
    for one, other in product(every, every[:: len(every) // 7]):
        way = (one, other)
        assert is_told(way, source) == (True in outcomes(way, packet)), way


def test_by_which_entry_is_told_of_the_first_filter_that_has_one() -> None:
    wide, narrow = ENTRIES[5], ENTRIES[0]
    everything = Filter((), otherwise=True)
    lists = [Filter((FilterStage((each,)),)) for each in (wide, narrow)]
    (opening,) = let_in((everything, *lists), PACKET)
    assert opening == (wide, ((integer("192.0.2.0"), integer("192.0.2.255")),))
    ((entry, spans),) = let_in((), PACKET)
    assert (entry.text, spans) == ("permit ip any any", ALL_V4)
