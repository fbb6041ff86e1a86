"""What a run that is over says to type next: it works as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.cli.next_steps import next_steps
from knockdeploy.report.change import DeployOutcome
from knockdeploy.report.outcome import UNMANAGED, Outcome
from knockdeploy.rollout.course import Course, Reason, RolloutLimits, TurnEnd
from knockdeploy.rollout.stages import Stage

DONE, SAME, LEFT = DeployOutcome("deployed"), DeployOutcome("unchanged"), DeployOutcome("skipped")
OVER = Course(())
CONTINUE = "to continue: knockdeploy deploy --resume RUN"
UNDO = ["to undo run RUN:", "  knockdeploy rollback --run RUN"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KNOCKDEPLOY_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").touch()
    return Path("config.yaml")


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ([DONE, LEFT], [CONTINUE, *UNDO]),
        ([DONE, DeployOutcome("failed")], [CONTINUE, *UNDO]),
        ([SAME, DeployOutcome("rolled-back")], [CONTINUE]),
        ([DONE, SAME, UNMANAGED], UNDO),
        ([SAME, UNMANAGED], []),
    ],
)
def test_what_is_left_is_continued_and_what_was_done_undone(
    config: Path, outcomes: list[Outcome], told: list[str]
) -> None:
    named = {f"r{k}": each for k, each in enumerate(outcomes)}
    assert list(next_steps("deploy", "RUN", config, OVER, named)) == told


def test_another_project_than_the_one_found_here_is_named(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path("night of may") / "config.yaml"
    other.parent.mkdir()
    other.touch()
    (told,) = next_steps("deploy", "RUN", other, OVER, {"r1": LEFT})
    assert told == f"{CONTINUE} -c 'night of may/config.yaml'"
    monkeypatch.setenv("KNOCKDEPLOY_CONFIG", str(other.absolute()))
    assert list(next_steps("deploy", "RUN", other, OVER, {"r1": LEFT})) == [CONTINUE]
    (told,) = next_steps("deploy", "RUN", config, OVER, {"r1": LEFT})
    assert told == f"{CONTINUE} -c config.yaml"


def test_run_whose_window_is_over_is_continued_in_another_one(config: Path) -> None:
    course = Course((), reason=Reason.WINDOW)
    assert list(next_steps("deploy", "RUN", config, course, {"r1": LEFT})) == [
        f"{CONTINUE} --until HH:MM"
    ]


def test_run_that_was_stopped_while_it_soaked_is_continued_and_looked_at(config: Path) -> None:
    course = Course((Stage("canary", ("r1",)),), RolloutLimits(soak_s=60))
    course.next(0)
    course.next(0)
    course.ended("r1", TurnEnd.CHANGED, 1)
    course.next(1)
    course.stop(Reason.ASKED)
    assert list(next_steps("deploy", "RUN", config, course, {"r1": DONE})) == [CONTINUE, *UNDO]
    course.reason = None
    assert course.next(61).host == "r1"  # type: ignore[union-attr]
    course.ended("r1", TurnEnd.SAME, 62)
    course.next(62)
    assert list(next_steps("deploy", "RUN", config, course, {"r1": DONE})) == UNDO
