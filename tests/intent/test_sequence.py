"""The sequence, and how long its client pauses."""

from __future__ import annotations

import pytest

from knockdeploy.sequence import Knock, KnockSequence, pause_ms


@pytest.mark.parametrize(
    ("window_s", "n_knocks", "pause"),
    [
        (10, 5, 1000),
        (2, 5, 400),
        (1, 16, 53),
        (1, 5, 200),
        (5, 5, 1000),
        (4, 5, 800),
        (10, 1, 1000),
        (1, 2, 800),
    ],
)
def test_pause_keeps_all_knocks_inside_the_window(window_s: int, n_knocks: int, pause: int) -> None:
    assert pause_ms(window_s, n_knocks) == pause
    assert pause * (n_knocks - 1) < 1000 * window_s


def test_a_sequence_is_turned_round() -> None:
    sequence = KnockSequence((Knock(3), Knock(1), Knock(2)))
    assert [knock.port for knock in sequence.reversed()] == [2, 1, 3]
    assert len(sequence) == 3


@pytest.mark.parametrize("port", [1, 65535])
def test_any_port_that_there_is_may_be_knocked(port: int) -> None:
    assert Knock(port).port == port


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 65535"):
        Knock(port)
