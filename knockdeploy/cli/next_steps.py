"""What to type next, once a run is over or was stopped."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from knockdeploy.cli.options import DEFAULT_CONFIG
from knockdeploy.report.outcome import DONE, UNMANAGED, Outcome
from knockdeploy.rollout.course import Course, Reason

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


def _option(config: Path) -> str:
    """Return the option that names this project, where another would be used without it."""
    found = Path(os.environ.get("KNOCKDEPLOY_CONFIG") or DEFAULT_CONFIG)
    is_found = found.exists() and found.samefile(config)
    return "" if is_found else f" -c {shlex.quote(str(config))}"
