"""The decisions of a rollout, with a clock of the test's own: which router starts, what stops."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from knockdeploy.rollout.course import (
    Again,
    Course,
    Entered,
    Grown,
    Left,
    Over,
    Reason,
    RolloutLimits,
    Soaking,
    Start,
    TurnEnd,
    Wait,
)
from knockdeploy.rollout.stages import Stage, plan_stages

OK, SAME, BAD, AWAY, BUSY = (
    TurnEnd.CHANGED,
    TurnEnd.SAME,
    TurnEnd.FAILED,
    TurnEnd.UNREACHED,
    TurnEnd.SKIPPED,
)
CANARY = Stage("canary", ("c1", "c2"))
FIRST = Stage("batch 1", ("a1", "a2", "a3"))
SECOND = Stage("batch 2", ("b1", "b2", "b3", "b4"))


@dataclass
class Drive:
    """Walks a course: each turn takes ``took_s``, and ends as ``fates`` say, else well."""

    course: Course
    fates: dict[str, list[TurnEnd]] = field(default_factory=dict)
    took_s: float = 10.0
    now_s: float = 1000.0
    log: list[str] = field(default_factory=list)
    in_flight: dict[str, float] = field(default_factory=dict)
    most: int = 0

    def walk(self) -> list[str]:
        """Return what began, in order: a stage, a router, or the check of one."""
        for _ in range(1000):
            match self.course.next(self.now_s):
                case Start(host, is_check):
                    self.log.append(f"?{host}" if is_check else host)
                    self.in_flight[host] = self.now_s + self.took_s
                    self.most = max(self.most, len(self.in_flight))
                case Entered(stage):
                    self.log.append(f"[{stage.name}]")
                case Grown(more):
                    self.log.append(f"[+{len(more)}]")
                case Left(_):
                    pass
                case Wait(until_s):
                    self.wait(until_s)
                case Over():
                    assert not self.in_flight
                    return self.log
        raise AssertionError("it never ends")

    def wait(self, until_s: float | None) -> None:
        ends = min(self.in_flight.values(), default=None)
        moments = [moment for moment in (ends, until_s) if moment is not None]
        assert moments, "it waits for nothing"
        assert min(moments) >= self.now_s
        self.now_s = min(moments)
        for host in [each for each, end in self.in_flight.items() if end == self.now_s]:
            del self.in_flight[host]
            fates = self.fates.get(host)
            self.course.ended(host, fates.pop(0) if fates else OK, self.now_s)


def drive(limits: RolloutLimits, *stages: Stage, **fates: list[TurnEnd]) -> Drive:
    return Drive(Course(stages or (CANARY, FIRST, SECOND), limits), dict(fates))


def test_stages_follow_each_other() -> None:
    walk = drive(RolloutLimits())
    ran = ["[canary]", "c1", "c2", "[batch 1]", "a1", "a2", "a3"]
    assert walk.walk() == [*ran, "[batch 2]", "b1", "b2", "b3", "b4"]
    assert (walk.course.reason, walk.now_s) == (None, 1030.0)


def test_no_more_than_there_are_workers_are_in_flight() -> None:
    walk = drive(RolloutLimits(n_workers=2))
    walk.walk()
    assert walk.most == 2
    assert walk.now_s == 1050.0


@pytest.mark.parametrize("fate", [BAD, AWAY])
def test_any_canary_that_fails_stops_whatever_the_budget_is(fate: TurnEnd) -> None:
    walk = drive(RolloutLimits(max_failures=9), c2=[fate])
    assert walk.walk() == ["[canary]", "c1", "c2"]
    assert walk.course.reason is Reason.CANARY


def test_canary_on_which_nothing_is_changed_is_followed_by_others_until_one_is() -> None:
    walk = drive(RolloutLimits(), c1=[SAME], c2=[BUSY], a1=[SAME], a2=[SAME])
    ran = walk.walk()
    assert ran[:7] == ["[canary]", "c1", "c2", "[+2]", "a1", "a2", "[+1]"]
    assert ran[7:] == ["a3", "[batch 2]", "b1", "b2", "b3", "b4"]
    assert [stage.hosts for stage in walk.course.stages] == [
        ("c1", "c2", "a1", "a2", "a3"),
        SECOND.hosts,
    ]


def test_canary_that_came_later_stops_the_run_as_the_first_would() -> None:
    walk = drive(RolloutLimits(max_failures=9), c1=[SAME], c2=[SAME], a1=[BAD])
    assert walk.walk() == ["[canary]", "c1", "c2", "[+2]", "a1", "a2"]
    assert walk.course.reason is Reason.CANARY


def test_canaries_that_came_later_soak() -> None:
    walk = drive(RolloutLimits(soak_s=60), CANARY, FIRST, c1=[SAME], c2=[SAME])
    ran = walk.walk()
    assert ran[:8] == ["[canary]", "c1", "c2", "[+2]", "a1", "a2", "?c1", "?c2"]
    assert ran[8:12] == ["?a1", "?a2", "[batch 1]", "a3"]


def test_canaries_that_come_later_are_of_different_sites() -> None:
    walk = drive(RolloutLimits(), Stage("canary", ("c1", "c2")), SECOND, c1=[SAME], c2=[SAME])
    walk.course.sites = {"b1": "x", "b2": "x"}
    assert walk.walk()[3:6] == ["[+2]", "b1", "b3"]


def test_fleet_that_is_as_wanted_needs_few_stages() -> None:
    hosts = [f"r{k}" for k in range(300)]
    stages = plan_stages(hosts, 1, "25%", {})
    walk = Drive(Course(stages, RolloutLimits(n_workers=300)), {host: [SAME] for host in hosts})
    ran = walk.walk()
    assert sum(each.startswith("[") for each in ran) < 14
    assert sorted(each for each in ran if not each.startswith("[")) == sorted(hosts)


@pytest.mark.parametrize("stages", [(FIRST, SECOND), (CANARY,)])
def test_run_without_a_canary_or_with_nothing_else_has_no_later_ones(
    stages: tuple[Stage, ...],
) -> None:
    walk = drive(
        RolloutLimits(), *stages, **{host: [SAME] for host in ("a1", "a2", "a3", "c1", "c2")}
    )
    assert not any("+" in each for each in walk.walk())


def test_resumed_run_needs_no_other_canary_once_a_router_was_changed() -> None:
    walk = Drive(Course((CANARY, FIRST), is_proved=True), {"c1": [SAME], "c2": [SAME]})
    assert walk.walk()[:4] == ["[canary]", "c1", "c2", "[batch 1]"]
    walk = Drive(Course((Stage("canary", ()), FIRST)))
    assert walk.walk() == ["[canary]", "[+1]", "a1", "[batch 1]", "a2", "a3"]


@pytest.mark.parametrize(
    ("budget", "fates", "last"),
    [
        (0, {"a2": [BAD]}, "a3"),
        (1, {"a2": [BAD]}, "b4"),
        (1, {"a2": [BAD], "b1": [BAD]}, "b3"),  # over the run, not over the stage
        (1, {"a1": [BUSY], "a2": [BUSY], "a3": [SAME]}, "b4"),  # no failures
        (2, {"a1": [BAD], "a2": [BAD], "a3": [BAD]}, "a3"),
    ],
)
def test_no_router_starts_once_failures_exceed_the_budget(
    budget: int, fates: dict[str, list[TurnEnd]], last: str
) -> None:
    walk = drive(RolloutLimits(n_workers=3, max_failures=budget), **fates)
    assert walk.walk()[-1] == last
    assert walk.course.reason is (None if last == "b4" else Reason.BUDGET)


def test_routers_in_flight_are_finished_when_one_fails() -> None:
    walk = drive(RolloutLimits(n_workers=2), FIRST, a1=[BAD])
    walk.took_s = 10
    assert walk.walk() == ["[batch 1]", "a1", "a2"]


def test_soak_counts_from_the_last_change_and_each_router_that_stood_it_is_checked() -> None:
    walk = drive(RolloutLimits(soak_s=300, max_failures=9), FIRST, SECOND, a2=[BAD], a3=[SAME])
    assert walk.walk()[:7] == ["[batch 1]", "a1", "a2", "a3", "?a1", "?a3", "[batch 2]"]
    assert walk.now_s == 1000 + 2 * (10 + 300 + 10)


def test_soak_says_until_when_it_waits() -> None:
    course = Course((Stage("canary", ("c1",)),), RolloutLimits(soak_s=300))
    assert course.next(0) == Entered(course.stages[0])
    assert course.next(0) == Start("c1")
    course.ended("c1", OK, 10)
    assert course.next(10) == Soaking(course.stages[0], 310)
    assert (course.next(11), course.soaks_until_s) == (Wait(310), 310)
    assert course.next(310) == Start("c1", is_check=True)
    assert course.soaks_until_s is None


def test_stage_that_was_left_in_its_soak_soaks_again_and_is_looked_at_before_the_next() -> None:
    canary, later = Stage("canary", ()), Stage("batch 1", ("a1", "a2"))
    stood = {"canary": ["c1"], "batch 1": ["a0"]}
    walk = Drive(Course((canary, later), RolloutLimits(soak_s=300), stood=stood), took_s=0)
    ran = walk.walk()
    assert ran == ["[canary]", "?c1", "[batch 1]", "a1", "a2", "?a0", "?a1", "?a2"]
    assert walk.now_s == 1600
    drifted = Course((canary, later), RolloutLimits(soak_s=300, max_failures=9), stood=stood)
    walk = Drive(drifted, {"c1": [BAD]})
    assert walk.walk() == ["[canary]", "?c1"]
    assert walk.course.reason is Reason.CANARY


def test_spent_budget_says_how_many_failed() -> None:
    walk = drive(RolloutLimits(max_failures=1), a1=[BAD], a2=[BAD], a3=[BAD])
    walk.walk()
    assert walk.course.why == "more routers failed than max_failures allows: 3, allowed are 1"
    assert drive(RolloutLimits()).course.why is None


def test_no_soak_where_nothing_changed() -> None:
    walk = drive(RolloutLimits(soak_s=300), FIRST, a1=[SAME], a2=[SAME], a3=[BUSY])
    assert walk.walk() == ["[batch 1]", "a1", "a2", "a3"]
    assert walk.now_s == 1010


def test_check_that_fails_is_a_failure() -> None:
    walk = drive(RolloutLimits(soak_s=60), CANARY, FIRST, c1=[OK, BAD])
    assert walk.walk() == ["[canary]", "c1", "c2", "?c1", "?c2"]
    assert walk.course.reason is Reason.CANARY


def test_unreached_router_is_tried_again_before_it_counts() -> None:
    walk = drive(RolloutLimits(retries=2, retry_s=60), FIRST, a2=[AWAY, AWAY, OK])
    assert walk.walk() == ["[batch 1]", "a1", "a2", "a3", "a2", "a2"]
    assert (walk.course.n_failed, walk.now_s) == (0, 1000 + 10 + 60 + 10 + 60 + 10)
    walk = drive(RolloutLimits(retries=1, retry_s=60), FIRST, a2=[AWAY, AWAY])
    walk.walk()
    assert walk.course.n_failed == 1


def test_router_that_is_tried_again_says_when_and_which_try_of_how_many_it_is() -> None:
    course = Course((Stage("batch 1", ("a1", "a2")),), RolloutLimits(retries=2, retry_s=60))
    for _ in range(3):
        course.next(0)
    assert str(course.ended("a1", AWAY, 10)) == "trying again in 60 s (try 2 of 3)"
    number, first_s = course.retries
    assert (number, first_s) == (1, 70)
    assert course.next(70) == Start("a1")
    assert str(course.ended("a1", AWAY, 80)) == "trying again in 60 s (try 3 of 3)"
    assert course.next(140) == Start("a1")
    assert course.ended("a1", AWAY, 150) is None
    assert course.n_failed == 1


def test_pause_of_one_router_holds_no_other() -> None:
    walk = drive(RolloutLimits(n_workers=1, retries=1, retry_s=15), FIRST, a1=[AWAY])
    assert walk.walk() == ["[batch 1]", "a1", "a2", "a3", "a1"]


def test_two_of_a_site_are_never_in_flight_together() -> None:
    walk = drive(RolloutLimits(), SECOND)
    walk.course.sites = {"b1": "x", "b2": "x", "b3": "y", "b4": "x"}
    assert walk.walk() == ["[batch 2]", "b1", "b3", "b2", "b4"]
    assert walk.now_s == 1030


def test_host_of_the_name_of_a_site_is_not_of_that_site() -> None:
    walk = drive(RolloutLimits(), FIRST)
    walk.course.sites = {"a1": "a2"}
    walk.walk()
    assert walk.now_s == 1010


@pytest.mark.parametrize(
    ("until_s", "started"),
    [
        (1031.0, "c1 c2 a1 a2 a3 b1 b2 b3 b4"),
        (1030.0, "c1 c2 a1 a2 a3"),  # one that takes 10 s would not be over before it
        (1000.0, ""),
        (None, "c1 c2 a1 a2 a3 b1 b2 b3 b4"),
    ],
)
def test_no_router_starts_that_would_not_be_done_by_the_end(
    until_s: float | None, started: str
) -> None:
    walk = drive(RolloutLimits(until_s=until_s))
    assert [each for each in walk.walk() if not each.startswith("[")] == started.split()
    assert walk.course.reason is (None if started.endswith("b4") else Reason.WINDOW)


def test_window_is_judged_by_the_slowest_so_far() -> None:
    course = Course((FIRST,), RolloutLimits(n_workers=1, until_s=100))
    course.next(0)
    assert course.next(0) == Start("a1")
    course.ended("a1", OK, 40)
    assert course.next(40) == Start("a2")
    course.ended("a2", OK, 45)
    assert course.next(61) == Over()  # 61 + 40 is too late, 61 + 5 would not be
    assert course.reason is Reason.WINDOW


def test_starts_are_spaced() -> None:
    walk = drive(RolloutLimits(between_starts_s=4), SECOND)
    walk.walk()
    assert walk.now_s == 1000 + 3 * 4 + 10


def test_stopped_course_finishes_what_is_in_flight_and_retries_nothing() -> None:
    course = Course((FIRST,), RolloutLimits(n_workers=2, retries=5, retry_s=1))
    course.next(0)
    assert [course.next(0), course.next(0)] == [Start("a1"), Start("a2")]
    course.stop(Reason.ASKED)
    assert course.next(0) == Wait()
    assert not course.ended("a1", AWAY, 1)
    course.ended("a2", OK, 2)
    assert course.next(2) == Over()
    assert course.reason is Reason.ASKED


def test_router_that_waits_for_its_own_revert_is_looked_at_again() -> None:
    course = Course((Stage("batch 1", ("a1",)),), RolloutLimits())
    course.next(0)
    course.next(0)
    assert course.ended("a1", BUSY, 1, Again(15)) == Again(15)
    assert course.next(1) == Wait(16)
    assert course.next(16) == Start("a1")


def test_thousands_of_one_site_take_no_quadratic_time() -> None:
    hosts = tuple(f"r{k}" for k in range(5000))
    walk = Drive(Course((Stage("batch 1", hosts),), RolloutLimits(), dict.fromkeys(hosts, "x")))
    n_steps = 0
    course = walk.course
    now = 0.0
    while not isinstance(step := course.next(now), Over):
        n_steps += 1
        if isinstance(step, Start):
            course.ended(step.host, OK, now)
    assert n_steps == 5002
