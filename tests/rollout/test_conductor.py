"""What a router's outcome means for the run, and who hears of it: a conductor without routers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import LockedError, RefusedLineError, RouterError, UnreachableError
from knockdeploy.recipe.descriptions import Severity
from knockdeploy.report.change import DeployOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout import conductor
from knockdeploy.rollout.conductor import Conductor, Ended, turn_end_of
from knockdeploy.rollout.course import (
    Course,
    Entered,
    Grown,
    Left,
    Passed,
    Reason,
    RolloutLimits,
    Soaking,
    Start,
    TurnEnd,
)
from knockdeploy.rollout.stages import Stage
from knockdeploy.rollout.turn import WorkerLostError
from knockdeploy.state import State

DEPLOYED = DeployOutcome("deployed", state=State.AFTER, saved=True)
COMPLIANT = CheckOutcome("compliant")
SKIPPED = Outcome("skipped")
AWAY = UnreachableError("no answer")


def failed(error: RouterError, state: State = State.BEFORE, status: str = "failed") -> Outcome:
    return DeployOutcome(status, error=Failure.of(error), state=state)  # type: ignore[arg-type]


LOCKED = failed(LockedError("a change is pending"), status="skipped")


@dataclass
class Run:
    """Turns that end at once as ``fates`` say, else well; the journal takes ``kept`` notes."""

    fates: dict[str, list[Outcome | Exception]] = field(default_factory=dict)
    limits: RolloutLimits = field(default_factory=RolloutLimits)
    reverts: Mapping[str, float] = field(default_factory=dict)
    kept: int = 99
    now_s: float = 1000.0
    reason: Reason | None = None
    log: list[str] = field(default_factory=list)
    on_begun: Callable[[str], None] = lambda _host: None

    def walk(self, *stages: Stage) -> tuple[Reason | None, dict[str, Outcome]]:
        course = Course(stages or (Stage("batch 1", ("a", "b")),), self.limits)
        steps = Conductor(
            course, self.submit, self, self.clock, self.stops,
            lambda _host: failed(AWAY, State.UNKNOWN), self.reverts,
        )  # fmt: skip
        outcomes = steps.run()
        return course.reason, outcomes

    def stops(self) -> Reason | None:
        return self.reason

    def clock(self) -> float:
        self.now_s += 1.0  # each look at it takes a second
        return self.now_s

    def submit(self, host: str, is_check: bool) -> Future[Outcome]:
        self.log.append(f"?{host}" if is_check else host)
        future: Future[Outcome] = Future()
        fates = self.fates.get(host, [])
        fate = fates.pop(0) if fates else (COMPLIANT if is_check else DEPLOYED)
        if isinstance(fate, Exception):
            future.set_exception(fate)
        else:
            future.set_result(fate)
        return future

    def _keeps(self) -> bool:
        self.kept -= 1
        return self.kept >= 0

    def passed(self, step: Passed) -> bool:
        match step:
            case Entered(stage):
                self.log.append(f"[{stage.name}")
            case Grown(more):
                self.log.append(f"canaries: {', '.join(more)}")
                return self._keeps()
            case Soaking(_, until_s):
                assert until_s > self.now_s
            case Left(stage):
                self.log.append(f"{stage.name}]")
        return True

    def began(self, starts: Sequence[Start]) -> bool:
        return self._keeps()

    def ended(self, ended: Sequence[Ended]) -> bool:
        for each in ended:
            self.log.append(f"{each.host} {each.outcome.status}{' again' if each.again else ''}")
        return self._keeps()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conductor, "POLL_S", 0.0)


@pytest.mark.parametrize(
    ("outcome", "means"),
    [
        (DEPLOYED, TurnEnd.CHANGED),
        (DeployOutcome("unchanged"), TurnEnd.SAME),
        (LOCKED, TurnEnd.SKIPPED),
        (failed(AWAY), TurnEnd.UNREACHED),
        # Something was sent, or the router may still go back: no second try on top of it.
        (failed(AWAY, State.UNKNOWN), TurnEnd.FAILED),
        (failed(AWAY, State.REVERTING), TurnEnd.FAILED),
        (failed(AWAY, status="rolled-back"), TurnEnd.FAILED),
        (failed(RefusedLineError("ip cef", "% Invalid")), TurnEnd.FAILED),
        (CheckOutcome("failed", error=Failure.of(AWAY)), TurnEnd.UNREACHED),
        (CheckOutcome("drifted"), TurnEnd.FAILED),
    ],
)
def test_router_that_nothing_was_sent_to_is_the_only_one_to_be_tried_again(
    outcome: Outcome, means: TurnEnd
) -> None:
    assert turn_end_of(outcome) is means


def found(rule: str, severity: Severity = "error") -> CheckOutcome:
    return CheckOutcome("drifted", findings=(Finding(rule, severity, "differs"),))


@pytest.mark.parametrize("check", [found("exposed"), found("startup-config", "info"), SKIPPED])
def test_what_the_change_has_nothing_to_do_with_does_not_stop_a_run(check: Outcome) -> None:
    run = Run({"a": [DEPLOYED, check]}, RolloutLimits(soak_s=60))
    assert run.walk() == (None, {"a": DEPLOYED, "b": DEPLOYED})


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (found("startup-config", "warning"), "not as planned any more, after the soak"),
        (found("applet"), "not as planned any more, after the soak"),
        (found("a-part-of-ones-own"), "not as planned any more, after the soak"),
        (CheckOutcome("failed", error=Failure.of(AWAY)), "after the soak: no answer"),
    ],
)
def test_router_that_does_not_stand_the_soak_has_failed(check: Outcome, told: str) -> None:
    run = Run({"a": [DEPLOYED, check]}, RolloutLimits(soak_s=60))
    reason, outcomes = run.walk(Stage("batch 1", ("a",)), Stage("batch 2", ("b",)))
    assert (reason, run.log[-1]) == (Reason.BUDGET, "a failed")
    outcome = outcomes["a"]
    assert isinstance(outcome, DeployOutcome)
    assert (outcome.status, outcome.saved, outcome.state) == ("failed", True, State.UNKNOWN)
    assert outcome.error
    assert told in outcome.error.message


def test_router_that_is_not_reached_after_the_soak_is_looked_at_again() -> None:
    run = Run({"a": [DEPLOYED, CheckOutcome("failed", error=Failure.of(AWAY))]})
    run.limits = RolloutLimits(soak_s=60, retries=1)
    assert run.walk() == (None, {"a": DEPLOYED, "b": DEPLOYED})
    assert run.log.count("?a") == 2


def test_router_of_a_worker_that_died_is_what_the_journal_knows_of_it() -> None:
    reason, outcomes = Run({"a": [WorkerLostError()]}).walk()
    assert (reason, outcomes["a"]) == (Reason.BUDGET, failed(AWAY, State.UNKNOWN))


@pytest.mark.parametrize(
    ("kept", "n_workers", "began"),
    [(0, 1, []), (0, 2, []), (1, 1, ["a"]), (1, 2, ["a", "b"]), (2, 1, ["a"])],
)
def test_nothing_begins_that_the_journal_does_not_know(
    kept: int, n_workers: int, began: list[str]
) -> None:
    """It is what a run is resumed from, and what tells that a router was touched."""
    run = Run(kept=kept, limits=RolloutLimits(n_workers=n_workers))
    reason, outcomes = run.walk()
    assert reason is Reason.JOURNAL
    assert list(outcomes) == began
    assert [each for each in run.log if len(each) == 1] == began


def test_who_begins_or_ends_at_a_moment_is_noted_at_once() -> None:
    """As many times as the disk is waited for, however many there are."""
    run = Run(kept=2)
    hosts = tuple(f"r{n}" for n in range(20))
    reason, outcomes = run.walk(Stage("batch 1", hosts))
    assert (reason, tuple(outcomes), run.kept) == (None, hosts, 0)


def test_wish_to_stop_keeps_those_from_beginning_that_are_next() -> None:
    run = Run()
    looks = iter([None, None, Reason.ASKED])  # before the stage, before a, and once a is chosen
    run.stops = lambda: next(looks, None)  # type: ignore[method-assign]
    assert run.walk() == (Reason.ASKED, {})
    assert run.log == ["[batch 1"]


def test_wish_to_stop_is_heard_before_the_next_router() -> None:
    run = Run(limits=RolloutLimits(n_workers=1))
    steps = run.ended

    def ended(ended: Sequence[Ended]) -> bool:
        run.reason = Reason.ASKED
        return steps(ended)

    run.ended = ended  # type: ignore[method-assign]
    assert run.walk() == (Reason.ASKED, {"a": DEPLOYED})


def test_wish_to_stop_is_heard_while_nothing_ends() -> None:
    """A soak of hours, or a router that hangs, keeps nobody from stopping."""
    run = Run(limits=RolloutLimits(soak_s=100_000.0))
    clock = run.clock

    def now() -> float:
        if clock() > 1100.0:
            run.reason = Reason.ASKED
        return run.now_s

    run.clock = now  # type: ignore[method-assign]
    reason, _ = run.walk()
    assert reason is Reason.ASKED
    assert run.now_s < 1200.0


def test_router_that_goes_back_from_an_earlier_start_is_looked_at_again() -> None:
    """Its own timer is over at 1040; with the time it takes to go back it is deployed then."""
    run = Run({"a": [LOCKED, LOCKED, DEPLOYED]}, reverts={"a": 1040.0})
    assert run.walk(Stage("batch 1", ("a",)))[1] == {"a": DEPLOYED}
    assert run.log[2:5:2] == ["a skipped again", "a skipped again"]
    assert 1030.0 < run.now_s < 1060.0


@pytest.mark.parametrize("reverts", [{}, {"a": 900.0}, {"b": 2000.0}])
def test_router_that_waits_for_somebody_elses_timer_is_skipped(
    reverts: Mapping[str, float],
) -> None:
    run = Run({"a": [LOCKED]}, reverts=reverts)
    assert run.walk(Stage("batch 1", ("a",))) == (None, {"a": LOCKED})


def test_failure_is_no_reason_to_wait_for_a_routers_own_timer() -> None:
    refused = failed(RefusedLineError("ip cef", "% Invalid"))
    run = Run({"a": [refused]}, reverts={"a": 2000.0})
    assert run.walk(Stage("batch 1", ("a",))) == (Reason.BUDGET, {"a": refused})


def test_each_stage_is_told_when_it_begins_and_when_it_is_over() -> None:
    run = Run()
    run.walk(Stage("canary", ("a",)), Stage("batch 1", ("b",)))
    assert run.log == [
        "[canary", "a", "a deployed", "canary]", "[batch 1", "b", "b deployed", "batch 1]",
    ]  # fmt: skip


def test_canaries_that_come_later_are_noted_before_they_begin() -> None:
    run = Run({"a": [DeployOutcome("unchanged")]})
    run.walk(Stage("canary", ("a",)), Stage("batch 1", ("b",)))
    assert run.log == [
        "[canary", "a", "a unchanged", "canaries: b", "b", "b deployed", "canary]",
    ]  # fmt: skip
    run = Run({"a": [DeployOutcome("unchanged")]}, kept=2)  # the beginning and the end of the first
    reason, outcomes = run.walk(Stage("canary", ("a",)), Stage("batch 1", ("b",)))
    assert (reason, list(outcomes)) == (Reason.JOURNAL, ["a"])
