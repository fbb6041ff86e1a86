"""What to type next, once a run is over or was stopped."""

from __future__ import annotations

import os
import shlex
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Final

from knockdeploy.cli.options import DEFAULT_CONFIG
from knockdeploy.cli.past import outcomes_then
from knockdeploy.errors import InputError, LeftError
from knockdeploy.report.fold import spanned
from knockdeploy.report.outcome import DONE, UNMANAGED, Outcome
from knockdeploy.report.past_runs import Unfinished
from knockdeploy.rollout.course import Course, Reason
from knockdeploy.store.runs import Run

_ENDED: Final = DONE | {"unchanged", UNMANAGED.status}


def next_steps(
    command: str, run: str, config: Path, course: Course, outcomes: Mapping[str, Outcome]
) -> Iterator[str]:
    """Yield how to do what is left, and how to undo what was done."""
    which = _option(config)
    if course.is_unchecked or any(each.status not in _ENDED for each in outcomes.values()):
        window = " --until HH:MM" if course.reason is Reason.WINDOW else ""
        yield f"to continue: knockdeploy {command} --resume {run}{window}{which}"
    if any(each.status in DONE for each in outcomes.values()):
        yield f"to undo run {run}:"
        yield f"  knockdeploy rollback --run {run}{which}"


def left_undone(command: str, run: Run, hosts: Container[str], config: Path) -> str:
    """Return how to continue ``run`` instead, where it was cut short before some of ``hosts``."""
    try:
        if run.about.command != command or run.terms is None or run.is_under_way:
            return ""
        left = [
            host for host, each in outcomes_then(run).items() if host in hosts and _is_left(each)
        ]
    except InputError:  # it is damaged, and cannot be continued
        return ""
    if not left:
        return ""
    instead = f"knockdeploy {command} --resume {run.name}{_option(config)}"
    return f"run {run.name} was cut short and left {spanned(left)}; to continue it: {instead}"


def _is_left(outcome: Outcome) -> bool:
    if outcome.error:
        return outcome.error.kind == LeftError.kind
    return isinstance(outcome, Unfinished) or outcome.status == "skipped"


def _option(config: Path) -> str:
    """Return the option that names this project, where another would be used without it."""
    found = Path(os.environ.get("KNOCKDEPLOY_CONFIG") or DEFAULT_CONFIG)
    is_found = found.exists() and found.samefile(config)
    return "" if is_found else f" -c {shlex.quote(str(config))}"
