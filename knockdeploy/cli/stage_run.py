"""A walk through the stages of a run: turns begun, told, and kept in the journal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import settle
from knockdeploy.cli.fleet_text import Diffs
from knockdeploy.cli.interrupt import StoppedError, finishing, warn
from knockdeploy.cli.next_steps import next_steps
from knockdeploy.cli.notify import Notifier
from knockdeploy.cli.rolling import LATER, Rollout
from knockdeploy.cli.screen import View, live
from knockdeploy.errors import LeftError
from knockdeploy.inventory import Project
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.fold import MOST, few, spanned
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout.conductor import Conductor, Ended, turn_end_of
from knockdeploy.rollout.course import (
    Course,
    Entered,
    Grown,
    Left,
    Passed,
    Reason,
    Soaking,
    Start,
    TurnEnd,
)
from knockdeploy.rollout.cut_short import cut_short
from knockdeploy.rollout.progress import Progress
from knockdeploy.rollout.turn import Turn, Verbs, Workers
from knockdeploy.rollout.window import clock
from knockdeploy.rollout.workers import workers_for
from knockdeploy.state import State
from knockdeploy.store.journal import Event
from knockdeploy.store.runs import Run

_LEFT: Final = "the routers in flight were left, by a second Ctrl-C"


def walk(
    console: Console, project: Project, verbs: Verbs, job: Job, rollout: Rollout
) -> dict[str, Outcome]:
    """Return what became of each router that had its turn.

    Raises:
        StoppedError: somebody stopped it; the routers in flight were finished, or are left.
    """
    progress, course = Progress(outcomes=dict(rollout.before)), rollout.course
    console.advise = partial(next_steps, console.command, console.run, project.config_file, course)
    notifier = Notifier(rollout.notify, console.say)
    watch = _Watch(console, job.run, progress, course, notifier, is_live=console.is_live)
    job = replace(job, tell=watch.tell, show=Diffs(console).show, hear=progress.happened)
    config, hosts = project.nornir.config, project.nornir.inventory.hosts
    n_workers = course.limits.n_workers
    if project.settings.rollout.workers != "threads":  # nor may two threads load libraries at once
        settle()
    workers = workers_for(project, n_workers, job)
    course.limits = replace(course.limits, n_workers=min(n_workers, workers.n_at_once))

    def submit(host: str, is_check: bool) -> Future[Outcome]:  # noqa: FBT001  # as Conductor has it
        verb = verbs.check if is_check else verbs.change
        return workers.take(Turn(hosts[host], config, verb, job))

    stops = partial(_stops, job, workers)
    lost, reverts = partial(_left_in, progress), {**verbs.reverts, **rollout.reverts}
    conductor = Conductor(course, submit, watch, time.time, stops, lost, reverts, rollout.before)
    is_left = True
    try:
        with finishing(job.stop, progress, watch.warn), watch.drawn():
            outcomes = conductor.run()
        is_left = False
    except StoppedError as stop:
        stop.outcomes = watch.leaves()
        raise
    finally:
        workers.end(wait=not is_left)
    watch.over(outcomes, course.why)
    if course.reason:
        console.say(f"stopped in {watch.where}: {course.why}")
    if course.reason is Reason.ASKED:
        raise StoppedError(outcomes)
    return outcomes


def _stops(job: Job, workers: Workers) -> Reason | None:
    """Return why no other router may begin, if so."""
    if job.stop.is_set():
        workers.release()
    if job.stop.is_set() or job.run.is_asked_to_stop:
        return Reason.ASKED
    if workers.is_gone:
        return Reason.WORKERS
    return Reason.JOURNAL if job.run.is_short_of_room else None


def _left_in(progress: Progress, host: str) -> Outcome:
    """Return what there is to tell of a router that is left in the middle."""
    state, seen = cut_short(progress.events.get(host, ()))
    return ChangeOutcome("failed", state=state, error=Failure.of(LeftError(f"left: {seen}")))


def grouped(outcomes: Mapping[str, Outcome]) -> list[str]:
    """Return the failures by reason, and what those routers are like now."""
    groups: dict[tuple[str, State], list[str]] = {}
    for name, each in outcomes.items():
        if each.error and turn_end_of(each) is not TurnEnd.CHANGED:
            state = each.state if isinstance(each, ChangeOutcome) else State.BEFORE
            groups.setdefault((f"{each.status} [{each.error.kind}]", state), []).append(name)
    return [f"{why}: {spanned(hosts)}; {state.told}" for (why, state), hosts in groups.items()]


@dataclass(slots=True)
class _Watch:
    """Tells people and the journal what happens."""

    console: Console
    record: Run
    progress: Progress
    course: Course
    notifier: Notifier
    is_live: bool = field(kw_only=True)

    def drawn(self) -> AbstractContextManager[None]:
        """Draw the screen, where there is a terminal for it."""
        if not self.is_live:
            return nullcontext()
        n_routers = self.course.n_routers
        title = f"{self.console.command} {self.console.run}"
        now = self.progress.now
        return live(
            lambda: View(title, self.course, self.progress, n_routers, now()),
            self.console.shown,
            self.console.printing,
        )

    def warn(self, text: str) -> None:
        """Say something in a signal's handler; the screen says it by itself."""
        if not self.is_live:
            warn(text)

    def notify(self, event: str, *, is_last: bool = False, **more: object) -> None:
        """Tell the operator's own command."""
        outcomes = self.progress.outcomes
        document = {
            "schema": "knockdeploy/notify/1",
            "run": self.console.run,
            "command": self.console.command,
            "event": event,
            "summary": dict(Counter(each.status for each in outcomes.values())),
            "failures": {
                name: {"kind": each.error.kind, "message": each.error.message}
                for name, each in outcomes.items()
                if each.error
            },
            **more,
        }
        self.notifier.tell(self.console.redact.document(document), is_last=is_last)

    def over(self, outcomes: Mapping[str, Outcome], reason: str | None) -> None:
        """Tell that no router is in flight any more, and why others are not begun."""
        self.notify("stopped" if reason else "ended", is_last=True, reason=reason)
        self.notifier.close()
        n_routers = self.course.n_routers
        if self.console.json or n_routers > MOST:  # else the recap has no more lines
            for text in grouped(outcomes):
                self.console.say(text)

    def leaves(self) -> dict[str, Outcome]:
        """Tell that the routers in flight are left as they are; return what became of all."""
        progress = self.progress
        for host in sorted(progress.in_flight.keys() - progress.outcomes.keys()):
            progress.ended(host, _left_in(progress, host))  # one that is checked again is done
        self.over(progress.outcomes, _LEFT)
        return dict(progress.outcomes)

    @property
    def where(self) -> str:
        """The stage under way."""
        stage, number = self.course.stage, self.course.stage_number + 1
        return f"stage {number} of {len(self.course.stages)}, {stage.name if stage else 'the end'}"

    def tell(self, host: str, what: str) -> None:
        """Tell what a router is at; from several threads."""
        self.progress.told(host, what)
        if not self.is_live:
            self.console.tell(host, what)

    def passed(self, step: Passed) -> bool:
        """Say who is next, or why nothing happens; note who became a canary."""
        match step:
            case Entered(stage) if len(self.course.stages) > 1:
                others = "looked at again" if stage.name in self.course.stood else LATER
                self.console.say(f"{self.where}: {spanned(stage.hosts) if stage.hosts else others}")
            case Grown(more):
                self.console.say(f"canary: no router was changed yet; next: {spanned(more)}")
                return all(self.record.note(host, Event.CANARY) is None for host in more)
            case Soaking(stage, until_s):
                self.console.say(f"{stage.name}: changed; looked at again at {clock(until_s)}")
            case Left(stage):
                self.notify("stage-ended", stage=stage.name)
        return True

    def began(self, starts: Sequence[Start]) -> bool:
        """Note that turns begin, before they do."""
        for each in starts:
            self.progress.began(each.host)
        hosts = [each.host for each in starts if not each.is_check]
        trouble = self.record.begun(hosts)
        if trouble:
            told = f"not started, as the journal cannot be written: {trouble}"
            self.console.tell(few(hosts), told)
        return trouble is None

    def ended(self, ended: Sequence[Ended]) -> bool:
        """Note what became of routers."""
        kept: dict[str, object] = {}
        for each in ended:
            if each.again:
                self.progress.paused(each.host)
                self.console.tell(each.host, f"{each.outcome.error}; {each.again}")
            else:
                self.progress.ended(each.host, each.outcome)
                kept[each.host] = self.console.redact.document(each.outcome.to_json())
        trouble = self.record.ended(kept)
        for host in kept if trouble else ():
            status = self.progress.outcomes[host].status
            self.console.tell(host, f"{status}, but the journal cannot be written: {trouble}")
        return trouble is None
