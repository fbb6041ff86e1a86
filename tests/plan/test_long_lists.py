"""A change of ours is looked at alone, however long the list is in which it stands."""

from __future__ import annotations

from unittest import mock

from benchmarks.plan import INTENT, made, router
from knockdeploy.intent import intent_from
from knockdeploy.ios import filters

OTHERS = INTENT | {"ports": [46543, 28654, 40204, 57566, 34516]}


def n_packets(n_lines: int) -> int:
    """Return how many packets a plan tries that changes a port which two lists name by a group."""
    config, intent = router(n_lines)
    deployed = made(config, intent).after
    tries = mock.patch("knockdeploy.plan.exposure.admitted", wraps=filters.admitted)
    with tries as tried:
        assert made(deployed, intent_from(OTHERS)).commands
    return tried.call_count


def test_another_knock_port_is_tried_as_often_in_a_long_list_as_in_a_short_one() -> None:
    assert n_packets(4000) == n_packets(1000)
