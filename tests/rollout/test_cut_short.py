"""What is told of a router whose turn was cut short: never more than its journal knows."""

from __future__ import annotations

import datetime

import pytest

from knockdeploy.rollout.cut_short import cut_short
from knockdeploy.state import State
from knockdeploy.store.journal import Happened

REVERTS = "2026-11-27T03:10:00.000Z"
EXTENDED = "2026-11-27T03:25:00.000Z"


def clock(moment: str) -> str:
    return datetime.datetime.fromisoformat(moment).astimezone().strftime("%H:%M:%S")


def noted(words: str) -> list[Happened]:
    times = {"armed": REVERTS, "extended": EXTENDED}
    return [Happened("", "r1", word, times.get(word, "")) for word in words.split()]


@pytest.mark.parametrize(
    ("words", "state", "told"),
    [
        ("", State.BEFORE, "not begun"),
        ("begun read", State.BEFORE, "no line of the change was sent"),
        # Nobody heard whether it took that line.
        ("begun read arming", State.REVERTING, "it reverts by itself"),
        ("begun read arming armed", State.REVERTING, "it reverts by itself at"),
        ("begun read arming armed opened closed", State.REVERTING, "it reverts by itself at"),
        # --no-revert: some lines may have been sent.
        ("begun read arming unarmed", State.UNKNOWN, "nothing was armed"),
        ("begun read arming unarmed opened closed", State.UNKNOWN, "nothing was armed"),
        ("begun arming armed closed confirming", State.UNKNOWN, "unless it was confirmed"),
        ("begun arming armed closed confirming confirmed", State.AFTER, "may not be saved"),
        ("begun arming armed confirming confirmed saved", State.AFTER, "confirmed and saved"),
        ("begun read arming armed opened undone", State.BEFORE, "was taken back"),
    ],
)
def test_router_is_as_the_last_thing_noted_of_it_says(words: str, state: State, told: str) -> None:
    found, text = cut_short(noted(words))
    assert found is state
    assert told in text


def test_router_reverts_when_its_timer_was_last_set_to() -> None:
    begun = "begun read arming armed opened"
    assert clock(REVERTS) in cut_short(noted(begun))[1]
    told = cut_short(noted(f"{begun} extended closed"))[1]
    assert clock(EXTENDED) in told
    assert clock(REVERTS) not in told


def test_turn_that_begins_again_is_told_without_the_one_before() -> None:
    """Of a router that is tried again, or whose run was resumed."""
    before = "begun read arming armed opened undone"
    state, told = cut_short(noted(f"{before} begun read arming"))
    assert state is State.REVERTING
    assert clock(REVERTS) not in told
    assert cut_short(noted(f"{before} begun read"))[0] is State.BEFORE
    assert cut_short(noted(f"{before} begun read arming unarmed closed"))[0] is State.UNKNOWN
