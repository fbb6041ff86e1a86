"""A walk through the stages of a run: turns begun, told, and kept in the journal."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from knockdeploy.change.job import Job
from knockdeploy.cli.console import Console
from knockdeploy.cli.interrupt import StoppedError, finishing
from knockdeploy.cli.rolling import Rollout
from knockdeploy.errors import LeftError
from knockdeploy.inventory import Project
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.fold import spanned
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout.conduct import Conductor
from knockdeploy.rollout.course import Course, Reason
from knockdeploy.rollout.cut_short import cut_short
from knockdeploy.rollout.progress import Progress
from knockdeploy.rollout.stages import Stage
from knockdeploy.rollout.turn import Turn, Verbs
from knockdeploy.store.runs import Event, Run


def walk(
    console: Console, project: Project, verbs: Verbs, job: Job, rollout: Rollout
) -> dict[str, Outcome]:
    """Return what became of each router that had its turn.

    Raises:
        StoppedError: somebody stopped it; the routers in flight were finished, or are left.
    """
    progress = Progress()
    course = Course(rollout.stages, rollout.limits, rollout.sites)
    watch = _Watch(console, job.record, progress, course)
    job = replace(job, tell=watch.tell, hear=progress.happened)
    config, hosts = project.nornir.config, project.nornir.inventory.hosts
    executor = ThreadPoolExecutor(rollout.limits.n_workers, thread_name_prefix="router")

    def submit(host: str, is_check: bool) -> Future[Outcome]:  # noqa: FBT001  # as Conductor has it
        verb = verbs.check if is_check else verbs.change
        return executor.submit(Turn(hosts[host], config, verb, job).take)

    conductor = Conductor(course, submit, watch, time.time, job.stop.is_set)
    is_left = True
    try:
        with finishing(job.stop, progress):
            outcomes = conductor.run()
        is_left = False
    except StoppedError as stop:
        stop.outcomes = {**stop.outcomes, **_left(progress)}
        raise
    finally:
        executor.shutdown(wait=not is_left, cancel_futures=True)
    if course.reason is Reason.ASKED:
        raise StoppedError(outcomes)
    if course.reason:
        console.say(f"stopped in {watch.where}: {course.reason}")
    return outcomes


def _left(progress: Progress) -> dict[str, Outcome]:
    """Return what there is to tell of the routers that are left in the middle."""
    left: dict[str, Outcome] = {}
    for host in list(progress.in_flight):
        state, seen = cut_short(progress.events.get(host, ()))
        cause = Failure.of(LeftError(f"left: {seen}"))
        left[host] = ChangeOutcome("failed", state=state, error=cause)
    return left


@dataclass(slots=True)
class _Watch:
    """Tells people and the journal what happens."""

    console: Console
    record: Run
    progress: Progress
    course: Course

    @property
    def where(self) -> str:
        """The stage under way."""
        stage, number = self.course.stage, self.course.stage_number + 1
        return f"stage {number} of {len(self.course.stages)}, {stage.name if stage else 'the end'}"

    def tell(self, host: str, what: str) -> None:
        """Tell what a router is at; from several threads."""
        self.progress.told(host, what)
        self.console.tell(host, what)

    def entered(self, stage: Stage) -> None:
        """Say which routers are next."""
        if len(self.course.stages) > 1:
            self.console.say(f"{self.where}: {spanned(stage.hosts)}")

    def left(self, stage: Stage) -> None:
        """Do nothing: its routers were told one by one."""

    def began(self, host: str, *, is_check: bool) -> bool:
        """Note that a router's turn begins, before it does."""
        self.progress.began(host)
        if is_check:
            return True
        trouble = self.record.note(host, Event.BEGUN)
        if trouble:
            self.console.tell(host, f"not begun, as that cannot be noted: {trouble}")
        return trouble is None

    def ended(self, host: str, outcome: Outcome, *, is_check: bool, again_s: float | None) -> bool:
        """Note what became of a router."""
        self.progress.ended(host, outcome)
        if again_s is not None and outcome.error:
            self.console.tell(host, f"{outcome.error}; once more in {again_s:.0f} s")
            return True
        kept = self.console.redact.data(outcome.to_json())
        trouble = self.record.ended(host, kept if isinstance(kept, dict) else {})
        if trouble:
            self.console.tell(host, f"not noted that it is {outcome.status}: {trouble}")
        return trouble is None
