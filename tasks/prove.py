"""Prove: knock for real at a router as it stands, and report what it did; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final, Literal

from nornir.core.task import Task

from knockdeploy.change.door_test import door_tested
from knockdeploy.change.job import Job, nornir_task, session_of
from knockdeploy.change.needed import Change, needed_change
from knockdeploy.change.session_lifetime import refuse_cleared_session
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import DifferentError
from knockdeploy.intent import Intent
from knockdeploy.report.proof import KNOCKS, ProveOutcome, Scenario, Sighting

_STATUS: Final[Mapping[str, Literal["unreached", "misbehaved"]]] = {
    "unreached": "unreached",
    "failed": "misbehaved",
}
"""By the level of a proof; of any other the door is proved."""
_EXPECTED: Final = {"none": "shut", "wrong": "no entry, shut", "right": "one entry, open"}


@nornir_task(ProveOutcome)
def prove(task: Task, job: Job, intent: Intent) -> ProveOutcome:
    """Knock at one router, wrong and right, and say whether its door did what it should."""
    session = session_of(task, job)
    change = _standing(session, intent, job)
    proof, why, notes = door_tested(task.host, job, session, change)
    return ProveOutcome(
        _STATUS.get(proof.level, "proved"), proof, tuple(_scenarios(proof.seen)), (*why, *notes)
    )


def _standing(session: RouterSession, intent: Intent, job: Job) -> Change:
    """Read a router, which must match its intent.

    Raises:
        DifferentError: it does not; what it does then proves nothing.
    """
    change = needed_change(session, intent, job, judges=False)
    if n_lines := len(change.plan.commands):
        raise DifferentError(
            f"the router does not match its intent: {n_lines} lines would be sent",
            "`knockdeploy plan` shows them, `knockdeploy deploy` sends and proves them",
        )
    refuse_cleared_session(change, job)
    return change


def _scenarios(seen: Iterable[Sighting]) -> Iterator[Scenario]:
    for knock, each in groupby(seen, lambda sighting: sighting.knock):
        seen_each = [one.answer or "" if one.service else one.entry or "no entry" for one in each]
        yield Scenario(KNOCKS[knock], _EXPECTED[knock], ", ".join(seen_each))
