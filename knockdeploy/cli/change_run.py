"""How a command changes routers: planned, shown, agreed to, carried out, and kept as a run."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.change.options import ChangeOptions
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended, outcomes_of
from knockdeploy.cli.fleet_text import NOTHING, show_diffs, show_warnings
from knockdeploy.cli.interrupt import StoppedError
from knockdeploy.cli.next_steps import left_undone
from knockdeploy.cli.plans import expected
from knockdeploy.cli.rolling import Rollout, rollout_of, show_stages
from knockdeploy.cli.rollout_options import RolloutOptions
from knockdeploy.cli.stage_run import walk
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project
from knockdeploy.report.change import ChangeOutcome, PlanOutcome
from knockdeploy.report.fold import n_routers
from knockdeploy.report.outcome import UNMANAGED, Outcome
from knockdeploy.rollout.agreed import Agreed
from knockdeploy.rollout.stages import Stage
from knockdeploy.rollout.turn import Verb, Verbs
from knockdeploy.state import State
from knockdeploy.store.packed import Packed
from knockdeploy.store.planfile import intent_digest
from knockdeploy.store.runs import Runs

_QUESTIONS: Final = {
    "deploy": "Deploy to",
    "remove": "Remove the knock from",
    "rollback": "Roll back",
}


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What the command line asks for: which routers, what is allowed, and how they are changed."""

    selection: Selection
    options: ChangeOptions
    rollout: RolloutOptions


@dataclass(frozen=True, slots=True)
class FleetChange:
    """A change of the hosts of ``project``, with what its tasks need."""

    console: Console
    project: Project
    verbs: Verbs
    job: Job

    @property
    def managed(self) -> list[str]:
        """The hosts with an intent, in order."""
        return [name for name, intent in self.project.intents.items() if intent]

    def planned(self, task: Verb) -> Mapping[str, Outcome]:
        """Plan what is about to be carried out.

        Raises:
            StoppedError: by Ctrl-C; the outcomes are those of a change that sent nothing.
        """
        try:
            return outcomes_of(self.project, task, self.job)
        except StoppedError as stop:
            stop.outcomes = {name: _unsent(each) for name, each in stop.outcomes.items()}
            raise

    def asked(self, planned: Mapping[str, Outcome], given: RolloutOptions) -> int:
        """Show the plans, ask, and carry out what was agreed to, nothing else."""
        console, project = self.console, self.project
        self.recall()
        show_diffs(console, planned)  # with --json too: whoever is asked has to see it
        console.table(planned)
        unsent = Packed((name, _unsent(outcome)) for name, outcome in planned.items())
        needed = [
            name for name, each in planned.items() if isinstance(each, PlanOutcome) and each.summary
        ]
        if not needed:
            return console.finish(unsent)
        rollout = rollout_of(project, needed, given)
        show_stages(console, rollout)
        if not agreed(console, rollout.course.stages):
            return ended(console, unsent)
        chosen = frozenset(needed)
        nornir = project.nornir.filter(filter_func=lambda host: host.name in chosen)
        job = replace(self.job, expected=expected(planned), parts={})
        try:
            change = replace(self, project=replace(project, nornir=nornir), job=job)
            done = change.carried_out(rollout)
        except StoppedError as stop:
            stop.outcomes = {**unsent, **stop.outcomes}
            raise
        return self.over({**unsent, **done}, planned)

    def unasked(self, given: RolloutOptions) -> int:
        """Change the routers, and show what was changed."""
        self.recall()
        rollout = rollout_of(self.project, filter(self.verbs.concerned, self.managed), given)
        show_stages(self.console, rollout)
        return self.over(self.carried_out(rollout))

    def recall(self) -> None:
        """Say how to continue the run before this one, where that was cut short here."""
        config, command = self.project.config_file, self.console.command
        for run in Runs(self.job.state).all()[:1]:
            if instead := left_undone(command, run, self.managed, config):
                self.console.say(instead)

    def carried_out(self, rollout: Rollout) -> dict[str, Outcome]:
        """Walk through the stages, and keep the record of it from here on.

        Raises:
            StoppedError: somebody stopped it; its outcomes are those of all hosts of the project.
        """
        console, job = self.console, self.job
        run = Runs(job.state).begin(console.run, console.command, self.project.intents)
        console.run = run.name
        run.agree(self._terms(rollout).to_json())
        return replace(self, job=replace(job, run=run)).walked(rollout)

    def _terms(self, rollout: Rollout) -> Agreed:
        job, course = self.job, rollout.course
        return Agreed(
            tuple(course.stages),
            course.limits,
            course.sites,
            intents={name: intent_digest(each) for name, each in job.intents.items() if each},
            options=replace(job.options, confirm_minutes=job.confirm_minutes),
            planned=job.expected,
            undoes=self.verbs.undoes,
            notify=rollout.notify,
        )

    def walked(self, rollout: Rollout) -> dict[str, Outcome]:
        """Walk through the stages of a run that has begun; return what became of each host.

        Raises:
            StoppedError: somebody stopped it; its outcomes are those of all hosts of the project.
            InputError: somebody else is carrying it out.
        """
        console, project, verbs = self.console, self.project, self.verbs
        console.keep = self.job.run.finish
        untouched = {
            name: verbs.outcome("skipped" if verbs.concerned(name) else "unchanged")
            if intent
            else UNMANAGED
            for name, intent in project.intents.items()
            if name in project.nornir.inventory.hosts
        }
        try:
            with self.job.run.under_way(rollout.course.limits.n_workers):
                return {**untouched, **walk(console, project, verbs, self.job, rollout)}
        except StoppedError as stop:
            stop.outcomes = {**untouched, **stop.outcomes}
            raise

    def over(
        self, outcomes: Mapping[str, Outcome], planned: Mapping[str, Outcome] = NOTHING
    ) -> int:
        """Print what became of each router, and what to type next; no warning twice."""
        if not self.console.json:
            show_warnings(self.console, outcomes, planned)
        return ended(self.console, outcomes)


def refuse_unasked(console: Console, given: RolloutOptions) -> None:
    """Refuse to deploy where nobody can be asked, once nothing else is wrong with the command.

    Raises:
        InputError: --yes is not given, and there is no terminal.
    """
    if console.command == "deploy" and not given.yes and not sys.stdin.isatty():
        message = "cannot ask: stdin is not a terminal"
        raise InputError(Mistake(message, "--yes deploys without asking"))


def agreed(console: Console, stages: Sequence[Stage], question: str = "") -> bool:
    """Ask whether to change so many routers, in stages of such sizes."""
    sizes = [len(stage.hosts) for stage in stages if stage.hosts]
    *first, last = map(str, sizes)
    staged = f", in stages of {', '.join(first)} and {last}" if first else ""
    asks = question or _QUESTIONS[console.command]
    is_agreed = console.ask(f"{asks} {n_routers(sum(sizes))}{staged}? [y/N]").lower() in {
        "y",
        "yes",
    }
    if not is_agreed:
        console.say("nothing was sent")
    return is_agreed


def _unsent(planned: Outcome) -> Outcome:
    """Return the outcome of a change that was planned and not sent."""
    if not isinstance(planned, PlanOutcome):
        return planned
    return ChangeOutcome(
        "skipped" if planned.status == "changed" else planned.status,
        planned.diff,
        planned.warnings,
        state=State.AFTER if planned.status == "unchanged" else State.BEFORE,
        error=planned.error,
    )
