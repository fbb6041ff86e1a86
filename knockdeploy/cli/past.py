"""Earlier runs of a project, and what became of each router in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory.nornirfile import read_config
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.past_runs import Noted, Unfinished, recalled
from knockdeploy.rollout.cut_short import cut_short
from knockdeploy.store.journal import Happened
from knockdeploy.store.runs import Run, Runs
from knockdeploy.store.state import StateDir


def state_of(config: Path) -> StateDir:
    """Return the state folder of a project."""
    _, settings = read_config(config)
    return StateDir(settings.state_dir)


def runs_of(config: Path) -> Runs:
    """Return the runs that were made from a project."""
    return Runs(state_of(config))


def outcomes_then(run: Run) -> dict[str, Outcome]:
    """Return what became of each host; of one whose end is not on record, how far it came.

    Raises:
        InputError: a file of the run is damaged.
    """
    result = run.result or {}
    ended: dict[str, Mapping[str, Any] | None] = {**result.get("hosts", {}), **run.endings}
    events: dict[str, list[Happened]] = {}
    for each in run.events:
        events.setdefault(each.host, []).append(each)
    hosts = dict.fromkeys((*run.about.hosts, *events, *ended))
    try:
        return {host: _outcome(ended.get(host), events.get(host, [])) for host in hosts}
    except ValueError:
        message, hint = f"the end of run {run.name} cannot be read", "its file is damaged"
        raise InputError(Mistake(message, hint)) from None


def _outcome(ended: Mapping[str, Any] | None, events: Sequence[Happened]) -> Outcome:
    noted = tuple(Noted(each.time, each.event) for each in events)
    if ended is None:
        return Unfinished("unfinished", cut_short(events)[1], noted)
    return recalled(ended, noted)
