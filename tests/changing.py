"""A change of a router as it was read, without one: what the tests of changes ask for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change, change_from
from knockdeploy.change.options import ChangeOptions
from knockdeploy.change.survey import Survey
from knockdeploy.device.reading import Reading
from knockdeploy.intent import Intent
from knockdeploy.inventory import Settings
from knockdeploy.ios.version import Version
from knockdeploy.operator import Operator
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir


def job_of(folder: Path, intent: Intent, **options: Any) -> Job:
    """Return a run that keeps what it learns in a folder."""
    state = StateDir(folder)
    state.files.prepare()
    run = Run(state, "20261127T010101Z-abcd")
    return Job({"r1": intent}, Settings(), state, run, ChangeOptions(**options))


def change_of(
    job: Job,
    intent: Intent,
    text: str,
    operator: Operator | None = None,
    **read: Any,
) -> Change:
    """Return what a router needs that was read so; ``read`` is what else it said."""
    who = operator or Operator("10.1.1.50", "10.1.1.1", "GigabitEthernet0/1")
    known: Mapping[str, Any] = {"startup": text, "operator": who, **read}
    reading = Reading(Version("15.4(3)M3", is_xe=False), text, **known)
    return change_from(reading, Survey(intent, job), who)
