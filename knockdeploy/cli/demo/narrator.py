"""A story in steps, each with what was really seen.

A step runs on the routers, prints what it saw, and compares that with what was expected.
"""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.demo.ingredients import USUAL, Wording
from knockdeploy.cli.fleet import opened, outcomes_of
from knockdeploy.cli.wrapping import width_for
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.fold import n_routers
from knockdeploy.report.offline_outcomes import DemoOutcome, Step
from knockdeploy.report.outcome import Outcome
from knockdeploy.store.planfile import PlanDigest

_WIDTH = 80  # at most
_CONTINUED = 8
NornirTask = Callable[[Task, Job], Result]
Tell = Callable[[Outcome], Iterable[str]]


@dataclass(frozen=True, slots=True)
class StepResult(Outcome):
    """What a step saw, its status in a word; ``digest`` tells it from what another one saw."""

    seen: tuple[str, ...] = ()
    digest: str = ""


def lines_seen(outcome: Outcome) -> tuple[str, ...]:
    """Return the lines that an outcome has to show."""
    return outcome.seen if isinstance(outcome, StepResult) else ()


class Story:
    """The routers of a project, the ``wording`` for their platform, and the steps so far.

    After ``stop``, from any thread, nothing more is printed.
    """

    def __init__(
        self,
        console: Console,
        config_file: Path,
        hosts: Iterable[str],
        wording: Wording = USUAL.wording,
    ) -> None:
        self.is_over = False
        self.wording = wording
        self._console = console
        self._config_file = config_file
        self._width = width_for(sys.stdout, _WIDTH)
        self._steps: dict[str, list[Step]] = {host: [] for host in hosts}
        self._n_chapters = 0
        self._started_s = time.monotonic()

    def stop(self) -> None:
        """Print nothing more."""
        self.is_over = True

    def chapter(self, title: str, why: str, command: str = "") -> None:
        """Begin a chapter: what is done now, and the command that does it elsewhere."""
        self._n_chapters += 1
        self._out()
        self._out(f"{self._n_chapters}. {title}", "bold")
        self._out(textwrap.fill(" ".join(why.split()), self._width))
        if command:
            self._out(f"$ {command}", "cyan")

    def show(self, text: str) -> None:
        """Print what a router or a file says; long lines are wrapped."""
        for line in text.rstrip().splitlines():
            self._out(_wrapped(line, self._width, "  ", "  " + " " * _CONTINUED))

    def run(
        self,
        task: NornirTask,
        limit: list[str] | None = None,
        expected: Mapping[str, PlanDigest] | None = None,
    ) -> dict[str, Outcome]:
        """Run a task as its command does; ``expected`` is that of the job."""
        project, job = opened(Selection(self._config_file, limit), self._console)
        with self._console.progress() as tell:
            job = replace(job, tell=tell, expected=expected or {})
            return dict(outcomes_of(project, task, job))

    def expect(
        self,
        name: str,
        outcomes: Mapping[str, Outcome],
        wanted: str | Mapping[str, str],
        tell: Tell = lines_seen,
    ) -> bool:
        """Print and keep what a step saw; return whether each router has the wanted status."""
        as_expected = True
        width = max(len(outcome.status) for outcome in outcomes.values())
        for host, outcome in outcomes.items():
            status = wanted if isinstance(wanted, str) else wanted[host]
            ok = outcome.status == status and outcome.error is None
            lines = [*tell(outcome), *_error(outcome)]
            if not ok:
                lines.append(f"expected: {status}")
            self._steps[host].append(Step(name, ok, "; ".join((outcome.status, *lines))))
            self._rows(f"  {host}  {outcome.status:<{width}}  ", lines, "green" if ok else "red")
            as_expected = as_expected and ok
        return as_expected and not self.is_over

    def end(self) -> None:
        """Print how many steps there were, and how many did not see what they expected."""
        steps = [step for steps in self._steps.values() for step in steps]
        n_else = sum(not step.ok for step in steps)
        verdict = f"{n_else} not as expected" if n_else else "all as expected"
        took_s = time.monotonic() - self._started_s
        self._out()
        self._out(
            f"{len(steps)} steps on {n_routers(len(self._steps))} in {took_s:.0f} s: {verdict}.",
            "bold",
        )

    def outcomes(self) -> dict[str, Outcome]:
        """Return what became of each router: done if all its steps were as expected."""
        return {
            host: DemoOutcome("done" if all(step.ok for step in steps) else "failed", tuple(steps))
            for host, steps in self._steps.items()
        }

    def _rows(self, head: str, lines: Iterable[str], style: str) -> None:
        for line in lines or ("",):
            self._out(_wrapped(line, self._width, head, " " * (len(head) + 2)), style)
            head, style = " " * len(head), ""

    def _out(self, text: str = "", style: str = "") -> None:
        if not self.is_over:
            self._console.out(text, style)


def _wrapped(line: str, width: int, head: str, next_head: str) -> str:
    """Return a line wrapped; its indentation stays."""
    blanks = line[: len(line) - len(line.lstrip())]
    wrapped = textwrap.fill(
        line.strip(),
        width,
        initial_indent=head + blanks,
        subsequent_indent=next_head + blanks,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return wrapped or head.rstrip()


def _error(outcome: Outcome) -> list[str]:
    if outcome.error is None:
        return []
    if isinstance(outcome, ChangeOutcome):
        return [str(outcome.error), outcome.state.told]
    return [str(outcome.error)]
