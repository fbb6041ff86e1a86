"""Samples of what `python -m benchmarks.faults` does whole: as before, or as planned, and told so.

Another seed is another sample; the table in benchmarks/README.md is of all lines.
"""

from __future__ import annotations

from random import Random

import pytest

from benchmarks import outside, truth
from benchmarks.arena import DEPLOY, REMOVE, ROLLBACK, Trial
from benchmarks.faults import struck
from benchmarks.rows import Row
from benchmarks.truth import Portrait, Seen

pytestmark = pytest.mark.lab
SEED = 5
STRUCK = (
    (Trial(DEPLOY, "timer"), "answer lost", 12),
    (Trial(DEPLOY, "timer"), "no VTY", 4),
    (Trial(DEPLOY, "timer"), "type-ahead", 3),
    (Trial(DEPLOY, "archive"), "reloaded", 6),
    (Trial(DEPLOY, "copy"), "denied", 8),
    (Trial(REMOVE, "timer"), "answer lost", 6),
    (Trial(ROLLBACK, "copy"), "hung", 3),
    (Trial(DEPLOY, "timer", engine="tcl"), "answer lost", 6),
    (Trial(DEPLOY, "timer", is_new=True, enforcement="zone copy"), "answer lost", 6),
    (Trial(ROLLBACK, "timer", is_new=True, enforcement="copp"), "hung", 3),
    (Trial(REMOVE, "archive", engine="tcl"), "reloaded", 4),
)


def right(row: Row, n_routers: int) -> None:
    assert not row.mismatches
    assert row.n_routers == n_routers


@pytest.mark.parametrize(("trial", "family", "n_routers"), STRUCK)
def test_struck_routers_end_as_before_or_as_planned(
    trial: Trial, family: str, n_routers: int
) -> None:
    right(struck(trial, [family], Random(SEED), n_routers), n_routers)


def test_struck_at_the_beginning_of_a_step_with_its_proof() -> None:
    right(struck(Trial(proves=True), ["step"], Random(SEED), 6), 6)


def test_killed_runs_leave_routers_that_end_well() -> None:
    right(outside.killed(Trial(), Random(SEED), 2), 6)


def test_no_room_for_a_backup_or_the_journal() -> None:
    right(outside.no_room(Trial(), Random(SEED), 2), 6)


def test_two_operators_at_once() -> None:
    right(outside.together(Trial(rung="copy"), Random(SEED), 3), 6)


BEFORE = Portrait("old", "old", is_pending=False, is_armed=False, has_copy=False)
AFTER = Portrait("new", "new", is_pending=False, is_armed=False, has_copy=False)
HALF = Portrait("half", "half", is_pending=False, is_armed=False, has_copy=False)
BACK = {"status": "rolled-back", "state": "before", "saved": False, "error": None, "warnings": []}
DONE = BACK | {"status": "deployed", "state": "after", "saved": True}


@pytest.mark.parametrize(
    ("seen", "told", "wrong"),
    [
        (Seen(BEFORE, BEFORE, ()), BACK, []),
        (Seen(AFTER, AFTER, (AFTER,)), DONE, []),
        (
            Seen(HALF, HALF, ()),
            BACK,
            ["running is between", "startup is between", "told before, is between"],
        ),
        (Seen(AFTER, AFTER, ()), BACK, ["told before, is after", "told saved False, is True"]),
        (Seen(BEFORE, BEFORE, (HALF,)), BACK, ["saved unproved: between"]),
    ],
)
def test_what_is_wrong_is_seen(seen: Seen, told: dict[str, object], wrong: list[str]) -> None:
    assert truth.faults(truth.Ends(BEFORE, AFTER), seen, told) == wrong
