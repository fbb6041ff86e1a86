"""The turn of a simulated run: in a module of its own, so that other machines know it by name."""

from __future__ import annotations

from typing import Final

from nornir.core.task import Task

from knockdeploy.change.job import Job, nornir_task
from knockdeploy.change.offline import saved_change
from knockdeploy.change.shown import diff_of
from knockdeploy.intent import Intent
from knockdeploy.report.change import ChangeOutcome, DeployOutcome
from knockdeploy.state import State
from knockdeploy.store.before import Before
from knockdeploy.store.journal import Event

_NOTED: Final = (
    Event.READ, Event.ARMING, Event.ARMED, Event.OPENED, Event.CLOSED, Event.CONFIRMING,
    Event.CONFIRMED, Event.SAVED,
)  # fmt: skip
_DIFF: Final = "+ access-list 100 permit udp any any eq <knock 1>\n" * 60
_RUNNING: Final = "interface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n" * 100


@nornir_task(DeployOutcome)
def change(task: Task, job: Job, intent: Intent) -> ChangeOutcome:
    """Change nothing."""
    diff = _DIFF
    if job.saved:
        diff = diff_of(saved_change(task.host.name, intent, job), job.masker(intent))
    job.run.keep_before(task.host.name, Before(_RUNNING, _RUNNING))
    for event in _NOTED:
        job.tell(task.host.name, event)
        job.note(task.host.name, event)
    return DeployOutcome("deployed", diff, saved=True, state=State.AFTER, seconds=1.0)
