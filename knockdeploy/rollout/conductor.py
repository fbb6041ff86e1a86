"""Conduct a rollout: start the turns that the course asks for, and tell it what became of each."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol

from knockdeploy.compliance.rules import rule_of
from knockdeploy.errors import DifferentError, LockedError, UnreachableError
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout.course import (
    Again,
    Course,
    Over,
    Passed,
    Reason,
    Start,
    TurnEnd,
    Wait,
)
from knockdeploy.state import State

POLL_S: Final = 0.5
"""How often it looks whether the run is to stop."""

LOOK_AGAIN_S: Final = 15.0
"""How soon a router that is still reverting by itself is tried again."""
_Queue = queue.SimpleQueue[tuple[Start, Future[Outcome]]]
_GRACE_S: Final = 60.0  # to replace the configuration, once the time is over


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a router; ``again``: when it is to have another turn."""

    host: str
    outcome: Outcome
    again: Again | None


class Watch(Protocol):
    """Whom the conductor tells what happens, in its own thread."""

    def passed(self, step: Passed) -> bool:
        """Tell how far the course is; return whether others may begin."""

    def began(self, starts: Sequence[Start]) -> bool:
        """Note that turns are about to begin; return whether they may."""

    def ended(self, ended: Sequence[Ended]) -> bool:
        """Note what became of routers; return whether others may begin."""


@dataclass(frozen=True, slots=True)
class Conductor:
    """Walks a course. ``submit`` begins a router's turn, or its check after the soak.

    Turns that begin or end at the same moment are written to the journal together: with several
    processes, the next router would otherwise wait longer for the disk than for a free worker.

    ``lost`` gives the outcome of a router whose worker died. ``now`` is the clock of the course;
    ``stops`` says why no other router may begin, or None. ``reverts`` has when those routers revert
    that an earlier start of the run left in the middle, ``before`` the outcomes of those that it
    changed and did not check after the soak.
    """

    course: Course
    submit: Callable[[str, bool], Future[Outcome]]
    watch: Watch
    now: Callable[[], float]
    stops: Callable[[], Reason | None]
    lost: Callable[[str], Outcome]
    reverts: Mapping[str, float] = field(default_factory=dict)
    before: Mapping[str, Outcome] = field(default_factory=dict)

    def run(self) -> dict[str, Outcome]:
        """Return the outcome of every router that had its turn."""
        outcomes = dict(self.before)
        ended: _Queue = queue.SimpleQueue()
        starts: list[Start] = []
        while True:
            if reason := self.stops():
                self.course.stop(reason)
            match self.course.next(self.now()):
                case Start() as start:
                    starts.append(start)
                case _ if starts:  # nobody else may begin now; what there is to do then comes again
                    self._begin(starts, ended)
                    starts.clear()
                case Wait(until_s):
                    self._wait(until_s, ended, outcomes)
                case Over():
                    return outcomes
                case passed:
                    if not self.watch.passed(passed):
                        self.course.stop(Reason.JOURNAL)

    def _begin(self, starts: Sequence[Start], ended: _Queue) -> None:
        if self.course.reason is None and not self.watch.began(starts):
            self.course.stop(Reason.JOURNAL)
        for start in starts:
            if self.course.reason is not None:
                self.course.ended(start.host, TurnEnd.SKIPPED, self.now())
                continue
            future = self.submit(start.host, start.is_check)
            future.add_done_callback(partial(_put, ended, start))

    def _wait(self, until_s: float | None, ended: _Queue, outcomes: dict[str, Outcome]) -> None:
        left_s = POLL_S if until_s is None else until_s - self.now()
        try:
            done = [ended.get(timeout=max(0.0, min(left_s, POLL_S)))]
        except queue.Empty:
            return
        while not ended.empty():
            done.append(ended.get())
        if not self.watch.ended([self._ended(*each, outcomes) for each in done]):
            self.course.stop(Reason.JOURNAL)

    def _ended(self, start: Start, future: Future[Outcome], outcomes: dict[str, Outcome]) -> Ended:
        outcome = self.lost(start.host) if future.exception() else future.result()
        turn_end = turn_end_of(outcome)
        if start.is_check:
            deployed, outcome = outcomes[start.host], checked(outcomes[start.host], outcome)
            turn_end = TurnEnd.SAME if outcome is deployed else turn_end
        own = self._after_own_revert(start.host, outcome)
        again = self.course.ended(start.host, turn_end, self.now(), own)
        if not (start.is_check and again):  # the next check is of what was deployed, too
            outcomes[start.host] = outcome
        return Ended(start.host, outcome, again)

    def _after_own_revert(self, host: str, outcome: Outcome) -> Again | None:
        """Return when to look again at a router that still goes back from an earlier start."""
        is_waiting = outcome.error is not None and outcome.error.kind == LockedError.kind
        if is_waiting and self.now() < self.reverts.get(host, 0.0) + _GRACE_S:
            return Again(LOOK_AGAIN_S)
        return None


def _put(ended: _Queue, start: Start, done: Future[Outcome]) -> None:
    ended.put((start, done))


_TURN_ENDS: Final = {
    "deployed": TurnEnd.CHANGED,
    "removed": TurnEnd.CHANGED,
    "restored": TurnEnd.CHANGED,
    "unchanged": TurnEnd.SAME,
    "compliant": TurnEnd.SAME,
    "unmanaged": TurnEnd.SAME,
    "skipped": TurnEnd.SKIPPED,
}


def turn_end_of(outcome: Outcome) -> TurnEnd:
    """Return what an outcome means for the run."""
    error = outcome.error
    is_untouched = not isinstance(outcome, ChangeOutcome) or outcome.state is State.BEFORE
    if (
        error
        and error.kind == UnreachableError.kind
        and outcome.status == "failed"
        and is_untouched
    ):
        return TurnEnd.UNREACHED
    return _TURN_ENDS.get(outcome.status, TurnEnd.FAILED)


def checked(deployed: Outcome, found: Outcome) -> Outcome:
    """Return the outcome of a router after the check that follows the soak.

    Findings that have nothing to do with the change were there before, and stop no run.
    """
    if turn_end_of(found) in {TurnEnd.SAME, TurnEnd.SKIPPED} or _is_beside(found):
        return deployed
    error = Failure.of(
        DifferentError("it is not as planned any more, after the soak", "`check` says what differs")
    )
    if found.error:
        message = f"changed and saved; then, after the soak: {found.error.message}"
        error = replace(found.error, message=message)
    if isinstance(deployed, ChangeOutcome):
        deployed = replace(deployed, state=State.UNKNOWN)
    return replace(deployed, status="failed", error=error)


def _is_beside(found: Outcome) -> bool:
    """Tell whether a check found nothing about what was deployed."""
    if not isinstance(found, CheckOutcome) or found.error:
        return False
    return not any(rule_of(each.rule).is_ours for each in found.findings if each.severity != "info")
