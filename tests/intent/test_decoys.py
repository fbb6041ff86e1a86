"""Decoys: derived from the knock, and nothing about the knock follows from them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knockdeploy.errors import InputError
from knockdeploy.intent import intent_from
from knockdeploy.intent.decoys import decoys_of
from knockdeploy.intent.port_ranges import FREE, SPOKEN, TRACEROUTE
from knockdeploy.sequence import Knock, Protocol

KNOCKS = st.lists(st.sampled_from(sorted(FREE)), min_size=3, max_size=16, unique=True).map(
    lambda ports: tuple(map(Knock, ports))
)


@given(KNOCKS, st.integers(0, 16))
def test_each_is_free_and_none_is_a_knock(knocks: tuple[Knock, ...], most: int) -> None:
    decoys = decoys_of(knocks, most)
    assert len(decoys) <= min(most, len(knocks))
    assert not set(decoys) & set(knocks)
    assert {decoy.port for decoy in decoys} <= FREE
    assert list(decoys) == sorted(decoys, key=lambda decoy: decoy.port)
    assert decoys == decoys_of(knocks[::-1], most)  # they tell nothing of the order


@given(KNOCKS.filter(lambda knocks: len(knocks) <= 7), st.integers(0, 5))
def test_who_has_found_all_of_them_cannot_tell_knocks_from_decoys(
    knocks: tuple[Knock, ...], most: int
) -> None:
    """Whichever of each pair were knocked: the same ports would be silent."""
    decoys = decoys_of(knocks, most)
    silent = {*knocks, *decoys}
    pairs = [
        (decoy, other) for decoy in decoys for other in knocks if decoy in decoys_of((other,), 1)
    ]
    assert len(pairs) == len(decoys)
    single = silent - {each for pair in pairs for each in pair}
    for chosen in product(*pairs):
        others = (*single, *chosen)
        assert {*others, *decoys_of(others, most)} == silent


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (0, 1023),  # well known
        (16384, 32767),  # media of voice gateways on IOS
        (33434, 33534),  # traceroute
        (49152, 65535),  # a host's own queries come from there (RFC 6335)
    ],
)
def test_a_new_knock_is_in_no_range_that_others_use(low: int, high: int) -> None:
    assert not FREE & set(range(low, high + 1))
    assert {low - 1, high + 1} & set(range(1024, 65536)) <= FREE


def test_none_is_a_service_a_port_that_routers_speak_or_of_another_protocol() -> None:
    knock = Knock(40204, Protocol.TCP)
    (decoy,) = decoys_of((knock,), 5)
    assert decoy.protocol is Protocol.TCP
    assert decoys_of((knock,), 5, frozenset({decoy.port})) == ()
    assert decoys_of(tuple(map(Knock, (22, 500, 33434))), 5) == ()
    assert not {decoy.port} & (SPOKEN | {*TRACEROUTE})
    least = {"interface": "Gi0/0", "ports": ["40204/tcp", 30001, 30002, 30003, 30004]}
    intent = intent_from({**least, "services": [f"{decoy.port}/tcp"]})
    assert decoy not in intent.decoy_knocks
    assert len(intent.decoy_knocks) == 4
    intent = intent_from({**least, "services": ["22/tcp"], "outside_ports": {22: decoy.port}})
    assert decoy not in intent.decoy_knocks


@pytest.mark.parametrize("decoys", [-1, 17, True, "5"])
def test_wrong_number_is_refused(decoys: object) -> None:
    with pytest.raises(InputError, match="decoys"):
        intent_from({"decoys": decoys, "ports": [1, 2, 3, 4, 5], "services": ["22/tcp"]})
