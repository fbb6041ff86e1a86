"""Roll back: undo what one earlier run changed on a router, and nothing that others did since."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.needed import Change
from knockdeploy.change.refusals import unless_locked
from knockdeploy.change.shown import plan_outcome
from knockdeploy.device.arming import disarmed
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policy_file import with_files
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.running import Running
from knockdeploy.report.change import ChangeOutcome, PlanOutcome, RestoreOutcome
from knockdeploy.store.before import Before
from knockdeploy.store.runs import Run, Runs
from knockdeploy.tasks.deploy import Operation, carry_out
from knockdeploy.tasks.remove import back_to


@dataclass(frozen=True, slots=True)
class Rollback:
    """The undoing of ``run``, as two tasks; ``later`` are the runs after it, the oldest first."""

    run: Run
    later: tuple[Run, ...]

    @classmethod
    def of(cls, name: str, runs: Runs, own: str) -> Rollback:
        """Return what undoes a run; ``own`` is the run that does so.

        Raises:
            InputError: there is none of this name, or several.
        """
        undone = runs.open(name)
        later = [each for each in runs.all() if each.began > undone.began and each.name != own]
        return cls(undone, tuple(sorted(later, key=lambda each: each.began)))

    def roll_back(self, task: Task, job: Job) -> Result:
        """Give one router what of ours it had before the run; or leave it as it was."""
        return run(task, job.unproved, self._carried_out, RestoreOutcome)

    def plan(self, task: Task, job: Job) -> Result:
        """Read one router, and report what the rollback does and ``opens``; change nothing."""
        return run(task, job.opening, self._planned, PlanOutcome)

    def _carried_out(self, task: Task, job: Job, intent: Intent) -> ChangeOutcome:
        if task.host.name not in self.run.hosts:
            return RestoreOutcome("unchanged")
        needed = partial(self._needed, task.host.name)
        return carry_out(task, job, intent, Operation(needed, RestoreOutcome))

    def _planned(self, task: Task, job: Job, intent: Intent) -> PlanOutcome:
        if task.host.name not in self.run.hosts:
            return PlanOutcome("unchanged")
        change = self._needed(task.host.name, session_of(task, job), intent, job)
        return unless_locked(change, plan_outcome(change, job.masker(intent)))

    def _needed(self, host: str, session: RouterSession, intent: Intent, job: Job) -> Change:
        refuse = partial(self._refuse_overtaken, host, intent, job)
        return back_to(_config(self.run.before(host)), session, intent, job, refuse)

    def _refuse_overtaken(self, host: str, intent: Intent, job: Job, running: Node) -> None:
        """Refuse where a later run changed what this one made, and was not undone.

        What the next one found is what this one left: if it is there again, all is undone. If
        what this one found is there again, this one is undone too, and nothing is left to do.

        Raises:
            UnsupportedError: naming the last of them.
        """
        later = [each for each in self.later if host in each.hosts]
        if not later:
            return
        known = (_config(each.before(host)) for each in (later[0], self.run))
        if not any(_is_same(running, each, intent, job) for each in known):
            raise UnsupportedError(
                f"run {later[-1].name} changed this router after {self.run.name}",
                f"undo that one first: rollback --run {later[-1].name}",
            )


def _is_same(running: Node, other: Node, intent: Intent, job: Job) -> bool:
    owner = job.recipe_of(intent).placements(Running(running), other, intent)
    return owner.split(running)[0] == owner.split(other)[0]


def _config(before: Before) -> Node:
    running = with_numbers(disarmed(parse(before.running)), before.positions)
    return with_files(running, before.files)
