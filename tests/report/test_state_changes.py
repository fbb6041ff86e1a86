"""What is news: a router that is not what was last told of it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knockdeploy.compliance.findings import Finding
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.outcome import UNMANAGED, Outcome
from knockdeploy.report.state_changes import state_changes, states

HOLE = Finding("access-list", "error", "does not belong there", "permit tcp any any", ("A",))
LOST = Finding("applet", "error", "is missing", "event manager applet E", ())
TIMER = Finding("revert-timer", "info", "fires in 4 minutes")
GOOD = CheckOutcome("compliant")
BAD = CheckOutcome("drifted", (HOLE, LOST))
FAILED = CheckOutcome("failed")


def was(before: Outcome, after: Outcome) -> str | None:
    """Return what is told of a router that was something else; empty if nothing is."""
    changes = state_changes(states({"r1": before}), {"r1": after})
    return changes["r1"].was if changes else ""


def test_what_is_seen_for_the_first_time_is_news_unless_it_is_well() -> None:
    changes = state_changes({}, {"r1": GOOD, "r2": BAD, "r3": FAILED})
    assert {name: (each.status, each.was) for name, each in changes.items()} == {
        "r2": ("drifted", None),
        "r3": ("failed", None),
    }
    assert changes["r2"].findings == BAD.findings


@pytest.mark.parametrize("outcome", [GOOD, BAD, FAILED])
def test_what_was_told_is_no_news(outcome: CheckOutcome) -> None:
    assert was(outcome, outcome) == ""
    assert was(outcome, replace(outcome, findings=(TIMER, *outcome.findings[::-1]))) == ""


def test_a_second_way_in_is_news_on_a_router_that_has_drifted() -> None:
    assert was(replace(BAD, findings=(LOST,)), BAD) == "drifted"
    assert was(BAD, GOOD) == "drifted"
    assert was(BAD, FAILED) == "drifted"
    assert was(FAILED, BAD) == "failed"
    assert was(GOOD, BAD) == "compliant"


@pytest.mark.parametrize("outcome", [UNMANAGED, CheckOutcome("skipped")])
def test_of_what_was_not_looked_at_nothing_is_known(outcome: Outcome) -> None:
    assert was(BAD, outcome) == ""
    assert states({"r1": outcome}) == {}
