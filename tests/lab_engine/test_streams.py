"""The applet and the Tcl policy under random packets, beside models of both.

10,000 streams: `KNOCKDEPLOY_STREAMS=10000 python -m pytest tests/lab_engine/test_streams.py`.
"""

from __future__ import annotations

import os
from functools import cache

import pytest
from hypothesis import example, given, settings

from .bench import CLIENT, STRANGER, Bench, applet
from .streams import (
    KNOCK,
    SPOILS,
    WITHOUT_ENGINE,
    Sent,
    opened_by_applet,
    opened_by_policy,
    sent_to,
    streams,
    with_policy,
)

N_STREAMS = int(os.environ.get("KNOCKDEPLOY_STREAMS", "80"))


@cache
def with_applet() -> Bench:
    return Bench(WITHOUT_ENGINE + applet(knock=KNOCK))


policy = cache(with_policy)
beside_decoys = cache(lambda: with_policy(1))


@settings(max_examples=N_STREAMS)
@given(stream=streams())
def test_applet_opens_for_whom_its_model_does(stream: tuple[Sent, ...]) -> None:
    assert sent_to(with_applet(), stream) == list(opened_by_applet(stream))


def knock(*steps: int, start_s: float = 0.0, pause_s: float = 1.0, who: str = CLIENT) -> list[Sent]:
    return [Sent(start_s + pause_s * n, who, step) for n, step in enumerate(steps)]


def woven(*knocks: list[Sent]) -> tuple[Sent, ...]:
    return tuple(sorted((sent for each in knocks for sent in each), key=lambda sent: sent.at_s))


@pytest.mark.usefixtures("tclsh")
@settings(max_examples=N_STREAMS)
@given(stream=streams())
@example(woven(knock(0, 1, 2), knock(0, 1, 2, start_s=0.5, who=STRANGER)))  # both
@example(woven(knock(0, 1, 2), knock(2, 0, 2, 0, start_s=0.5, who=STRANGER)))  # nobody's is spoilt
@example(woven(knock(0, 0, 1, 0, 1, 2)))  # a step again, also after the next one, is none
@example(woven(knock(0, 3, 1, 3, 3, 2)))  # noise
@example(woven(knock(0, 2, 1, 2)))  # one out of turn ends it
@example(woven(knock(0, 2, 0, 1, 2)))  # and the next begins anew
@example(woven(knock(0, 1, 2, 2, 1, 2)))  # it counts once
@example(woven(knock(0, 1, 2, pause_s=5.0)))  # the window's last moment
@example(woven(knock(0, 1, 2, pause_s=5.1)))
@example(woven(knock(0), knock(0, 1, 2, start_s=9)))  # the later first step counts
def test_policy_opens_for_whom_its_model_does(stream: tuple[Sent, ...]) -> None:
    assert sent_to(policy(), stream) == list(opened_by_policy(stream))


@pytest.mark.usefixtures("tclsh")
@settings(max_examples=N_STREAMS)
@given(stream=streams(SPOILS))
@example(woven(knock(0, SPOILS, 1, 2)))
@example(woven(knock(0, 1, SPOILS, SPOILS, 2), knock(0, 1, 2, start_s=0.5, who=STRANGER)))
@example(woven(knock(SPOILS), knock(0, 1, 2, start_s=8.1)))  # the window's last moment
@example(woven(knock(SPOILS), knock(0, 1, 2, start_s=8.0)))
@example(woven(knock(SPOILS, 0, 1, 2), knock(2, start_s=10.1)))  # what it spoilt stays so
@example(woven(knock(0, 1, 2, SPOILS)))  # it comes too late
def test_policy_with_decoys_opens_for_whom_its_model_does(stream: tuple[Sent, ...]) -> None:
    assert sent_to(beside_decoys(), stream) == list(opened_by_policy(stream))


def test_the_models_open_for_a_right_knock() -> None:
    """And for nobody else: what is compared above is no empty list beside another."""
    for model in (opened_by_applet, opened_by_policy):
        assert list(model(woven(knock(0, 1, 2)))) == [CLIENT]
        assert list(model(woven(knock(0, 2, 1)))) == []
        assert list(model(woven(knock(0, 1, 2, pause_s=5.1)))) == []
        assert list(model(woven(knock(0, 1), knock(2, start_s=3, who=STRANGER)))) == []
    assert list(opened_by_policy(woven(knock(0, SPOILS, 1, 2)))) == []
    assert list(opened_by_policy(woven(knock(0, 1, 2, SPOILS)))) == [CLIENT]
