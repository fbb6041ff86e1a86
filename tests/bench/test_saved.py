"""The saved configurations of a benchmark: each as long as the others, whatever its knock."""

from __future__ import annotations

from itertools import islice

from benchmarks.plan import router
from benchmarks.saved import _knocked


def test_each_router_has_a_knock_of_its_own_and_as_many_decoys() -> None:
    n_decoys = len(router(60)[1].decoy_knocks)
    made = list(islice(_knocked(n_decoys), 2500))  # the 2,152nd knock has fewer
    assert [number for number, _, _ in made] == list(range(2500))
    assert {len(intent.decoy_knocks) for _, _, intent in made} == {n_decoys}
    assert len({tuple(ports) for _, ports, _ in made}) == len(made)
