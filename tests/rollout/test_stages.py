"""Which routers make which stage: tables written by hand."""

from __future__ import annotations

import datetime
import time

import pytest

from knockdeploy.errors import InputError
from knockdeploy.rollout.stages import Stage, amount, plan_stages, with_canaries
from knockdeploy.rollout.window import end_of

TEN = [f"r{k}" for k in range(1, 11)]


@pytest.mark.parametrize(
    ("share", "of", "number"),
    [(3, 10, 3), ("25%", 10, 3), ("25%", 40, 10), ("1%", 5, 1), ("0%", 9, 0), ("100%", 7, 7)],
)
def test_percentages_are_rounded_up(share: int | str, of: int, number: int) -> None:
    assert amount(share, of) == number


@pytest.mark.parametrize(
    ("n", "canary", "batch", "sizes"),
    [
        (10, 1, "25%", [1, 3, 6]),
        (40, 2, "25%", [2, 10, 20, 8]),
        (15, 1, 2, [1, 2, 4, 8]),
        (5, 0, "100%", [5]),
        (3, 5, 1, [3]),
        (1, 1, "25%", [1]),
        (0, 1, "25%", []),
    ],
)
def test_each_batch_is_twice_the_one_before(
    n: int, canary: int, batch: int | str, sizes: list[int]
) -> None:
    hosts = [f"r{k}" for k in range(n)]
    stages = plan_stages(hosts, canary, batch, {})
    assert [len(stage.hosts) for stage in stages] == sizes
    assert [host for stage in stages for host in stage.hosts] == hosts
    assert [stage.is_canary for stage in stages[:2]] == [True, False][: len(stages)] or not canary


def test_named_canaries_come_first_and_once() -> None:
    canary, first, *_ = plan_stages(TEN, ("r7", "r3"), 4, {})
    assert canary.hosts == ("r7", "r3")
    assert first.hosts == ("r1", "r2", "r4", "r5")


def test_router_that_becomes_a_canary_leaves_its_stage() -> None:
    stages = (Stage("canary", ("r1",)), Stage("batch 1", ("r2", "r3")), Stage("batch 2", ("r4",)))
    grown = (Stage("canary", ("r1", "r3", "r4")), Stage("batch 1", ("r2",)))
    assert with_canaries(stages, ("r3", "r4")) == grown


def test_counted_canaries_are_of_different_sites() -> None:
    sites = {"r1": "north", "r2": "north", "r3": "south", "r4": "north", "r5": "east"}
    assert plan_stages(TEN[:5], 3, 9, sites)[0].hosts == ("r1", "r3", "r5")
    assert plan_stages(TEN[:5], 4, 9, sites)[0].hosts == ("r1", "r3", "r5", "r2")


ZONE = datetime.timezone(datetime.timedelta(hours=2))


def at(day: int, hour: int, minute: int) -> datetime.datetime:
    return datetime.datetime(2026, 7, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "window", "end"),
    [
        (at(1, 22, 0), "23:30", at(1, 23, 30)),
        (at(1, 22, 0), "04:00", at(2, 4, 0)),
        (at(2, 1, 0), "4:00", at(2, 4, 0)),
        (at(1, 22, 0), "22:00", at(2, 22, 0)),
        (at(31, 23, 59), "00:00", at(31, 0, 0) + datetime.timedelta(days=1)),
    ],
)
def test_window_ends_at_the_next_such_time(
    now: datetime.datetime,
    window: str,
    end: datetime.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    try:
        assert end_of(window, now) == end
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("word", ["24:00", "4", "04:60", "4am", "-1:00", ""])
def test_other_words_are_no_window(word: str) -> None:
    with pytest.raises(InputError, match="HH:MM"):
        end_of(word, at(1, 0, 0))
