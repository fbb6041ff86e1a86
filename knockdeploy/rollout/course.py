"""The course of a rollout: which router is next, and when no other may start.

It has no clock and does nothing: whoever drives it says what the time is, in seconds, asks for the
next step, and tells what became of each router.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from knockdeploy.rollout.stages import Stage, spread, with_canaries
from knockdeploy.rollout.waiting import Waiting


class TurnEnd(enum.Enum):
    """How one router's turn ended, as it counts for the run."""

    CHANGED = enum.auto()
    SAME = enum.auto()  # it was as wanted already
    SKIPPED = enum.auto()  # somebody else is at work there: no failure
    UNREACHED = enum.auto()  # no session, so nothing was sent: it may be tried again
    FAILED = enum.auto()


class Reason(enum.StrEnum):
    """Why no other router starts."""

    CANARY = "a canary failed"
    BUDGET = "more routers failed than max_failures allows"
    WINDOW = "the next change might not be over by the end of the window"
    ASKED = "it was asked to stop"
    JOURNAL = "the journal of the run cannot be written: is the disk full?"
    WORKERS = "no worker can be reached"


@dataclass(frozen=True, slots=True)
class RolloutLimits:
    """How fast, how long, and how many failures; ``until_s`` is on the caller's clock."""

    n_workers: int = 20
    max_failures: int = 0
    soak_s: float = 0.0
    retries: int = 0
    retry_s: float = 0.0
    between_starts_s: float = 0.0
    until_s: float | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Begin with a router: change it, or look whether it is still as planned."""

    host: str
    is_check: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can begin before ``until_s``, or before a router in flight is done."""

    until_s: float | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A stage begins."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Grown:
    """No canary had to be changed, so nothing was tried: ``more`` become canaries, too."""

    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Soaking:
    """All routers of a stage had their turn; ``until_s`` is when they are looked at again."""

    stage: Stage
    until_s: float


@dataclass(frozen=True, slots=True)
class Left:
    """A stage is over: its routers had their turns, and their checks after the soak."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing is left to do, or no other router may start and none is in flight."""


@dataclass(frozen=True, slots=True)
class Again:
    """A router is tried again in ``after_s``: the try ``number`` of ``most``, if they count."""

    after_s: float
    number: int = 0
    most: int = 0

    def __str__(self) -> str:
        tries = f" (try {self.number} of {self.most})" if self.most else ""
        return f"trying again in {self.after_s:.0f} s{tries}"


Passed = Entered | Grown | Soaking | Left
"""What people are told of the course."""
Step = Start | Wait | Passed | Over


class _Activity(enum.Enum):
    ENTERING = enum.auto()
    CHANGING = enum.auto()
    SOAKING = enum.auto()
    CHECKING = enum.auto()


@dataclass(slots=True)
class _Started:
    started_s: float
    is_check: bool


@dataclass(slots=True)
class Course:
    """One walk through the stages. ``reason`` is why it ends early, if it does.

    ``stood`` has, by stage, the routers that an earlier start of the run changed and did not check
    after the soak. ``is_proved``: some router was changed, by an earlier start or by this one.
    """

    stages: Sequence[Stage]
    limits: RolloutLimits = RolloutLimits()
    sites: Mapping[str, str] = field(default_factory=dict)
    stood: Mapping[str, Collection[str]] = field(default_factory=dict)
    is_proved: bool = False
    reason: Reason | None = None
    n_failed: int = 0
    slowest_s: float = 0.0
    stage_number: int = 0
    """From 0; that of the stage under way."""
    soaks_until_s: float | None = None
    """The end of the soak, while the run waits for nothing else."""
    _activity: _Activity = _Activity.ENTERING
    _waiting: Waiting = field(default_factory=lambda: Waiting((), {}))
    _in_flight: dict[str, _Started] = field(default_factory=dict)
    _tries: dict[str, int] = field(default_factory=dict)
    _stood: list[str] = field(default_factory=list)
    _has_changed: bool = False
    _ended_s: float = 0.0
    _next_start_s: float = 0.0

    @property
    def stage(self) -> Stage | None:
        """The stage under way."""
        return self.stages[self.stage_number] if self.stage_number < len(self.stages) else None

    @property
    def n_routers(self) -> int:
        """How many routers the run has."""
        return sum(map(len, (*(stage.hosts for stage in self.stages), *self.stood.values())))

    @property
    def retries(self) -> tuple[int, float | None]:
        """How many routers will be tried again, and when the first of them."""
        return self._waiting.n_later, self._waiting.next_s

    @property
    def is_unchecked(self) -> bool:
        """Whether what was changed in the stage under way is still to be looked at again."""
        is_within = self._activity is not _Activity.ENTERING
        return is_within and self._has_changed and self.limits.soak_s > 0

    def next(self, now_s: float) -> Step:
        """Return what to do now; a router that is to start counts as started."""
        stage = self.stage
        if stage is None or self.reason is not None:
            return Wait() if self._in_flight else Over()
        if self._activity is _Activity.ENTERING:
            self._enter(stage, now_s)
            return Entered(stage)
        if self._waiting or self._in_flight:
            return self._within(now_s)
        return self._grow(stage) or self._soak(stage, now_s) or self._leave(stage)

    def _enter(self, stage: Stage, now_s: float) -> None:
        self._activity, self._stood = _Activity.CHANGING, [*self.stood.get(stage.name, ())]
        self._has_changed, self._ended_s = bool(self._stood), now_s
        self._waiting = Waiting(stage.hosts, self.sites)

    def _grow(self, stage: Stage) -> Step | None:
        """Make as many routers of the next stage canaries, too, while none was changed."""
        later = self.stages[self.stage_number + 1 :]
        if self.is_proved or self._has_changed or not (stage.is_canary and later):
            return None
        more = spread(later[0].hosts, max(1, len(stage.hosts)), self.sites)
        self.stages = with_canaries(self.stages, more)
        self._waiting = Waiting(more, self.sites)
        return Grown(more)

    def _soak(self, stage: Stage, now_s: float) -> Step | None:
        """Have those that were changed looked at again, once the stage has soaked."""
        until_s = self.soaks_until_s
        if until_s is not None and now_s < until_s:
            return Wait(until_s)
        if until_s is not None:
            self._activity, self.soaks_until_s = _Activity.CHECKING, None
            self._waiting = Waiting(self._stood, self.sites)
            return self.next(now_s)
        if self._activity is not _Activity.CHANGING or not (
            self._has_changed and self.limits.soak_s
        ):
            return None
        self._activity, self.soaks_until_s = _Activity.SOAKING, self._ended_s + self.limits.soak_s
        return Soaking(stage, self.soaks_until_s)

    def _leave(self, stage: Stage) -> Step:
        self.stage_number += 1
        self._activity = _Activity.ENTERING
        return Left(stage)

    def _within(self, now_s: float) -> Step:
        if len(self._in_flight) >= self.limits.n_workers:
            return Wait()
        if now_s < self._next_start_s:
            return Wait(self._next_start_s)
        is_check = self._activity is _Activity.CHECKING
        if not is_check and self._waiting and self._ends_too_late(now_s):
            self.stop(Reason.WINDOW)
            return self.next(now_s)
        host = self._waiting.take(now_s)
        if host is None:
            return Wait(self._waiting.next_s)
        self._in_flight[host] = _Started(now_s, is_check)
        self._next_start_s = now_s + self.limits.between_starts_s
        return Start(host, is_check)

    def _ends_too_late(self, now_s: float) -> bool:
        until_s = self.limits.until_s
        return until_s is not None and now_s + self.slowest_s >= until_s

    def ended(
        self, host: str, turn_end: TurnEnd, now_s: float, again: Again | None = None
    ) -> Again | None:
        """Tell what became of a router; return when it will be tried again, if it is.

        ``again``: it is to be, whatever became of it now.
        """
        turn = self._in_flight.pop(host)
        self._waiting.release(host)
        if not turn.is_check:
            self.slowest_s = max(self.slowest_s, now_s - turn.started_s)
        if turn_end is TurnEnd.UNREACHED:
            again = again or self._retried(host)
        if again and self.reason is None:
            self._waiting.put(host, now_s + again.after_s)
            return again
        self._count(host, turn_end, now_s)
        return None

    def _retried(self, host: str) -> Again | None:
        self._tries[host] = n_tries = self._tries.get(host, 0) + 1
        most = self.limits.retries + 1
        return Again(self.limits.retry_s, n_tries + 1, most) if n_tries < most else None

    def _count(self, host: str, turn_end: TurnEnd, now_s: float) -> None:
        if turn_end in {TurnEnd.CHANGED, TurnEnd.SAME}:
            self._stood.append(host)
        if turn_end is TurnEnd.CHANGED:
            self._has_changed = self.is_proved = True
            self._ended_s = now_s
        if turn_end in {TurnEnd.FAILED, TurnEnd.UNREACHED}:
            self.n_failed += 1
            if self.stage is not None and self.stage.is_canary:
                self.stop(Reason.CANARY)
            elif self.n_failed > self.limits.max_failures:
                self.stop(Reason.BUDGET)

    @property
    def why(self) -> str | None:
        """Why the walk ends early, in words."""
        if self.reason is Reason.BUDGET:
            return f"{self.reason}: {self.n_failed}, allowed are {self.limits.max_failures}"
        return self.reason and str(self.reason)

    def stop(self, reason: Reason) -> None:
        """Let no other router start; the first reason counts."""
        self.reason = self.reason or reason
