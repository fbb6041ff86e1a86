"""A run whose turns change no router: what is left is the run itself.

    python -m benchmarks.simulated DIR ROUTERS

Stages, journal, screen and document are those of a deployment; each turn notes what one notes, and
comes to what one comes to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from nornir.core.task import Result, Task

from knockdeploy.change.job import Job, run
from knockdeploy.cli.change_run import unasked
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection
from knockdeploy.cli.rolling import Wish
from knockdeploy.intent import Intent
from knockdeploy.report.change import ChangeOutcome, DeployOutcome
from knockdeploy.rollout.turn import Verbs
from knockdeploy.state import State
from knockdeploy.store.journal import Event
from knockdeploy.store.runs import Before

_NOTED: Final = (
    Event.READ, Event.ARMING, Event.ARMED, Event.OPENED, Event.CLOSED, Event.CONFIRMING,
    Event.CONFIRMED, Event.SAVED,
)  # fmt: skip
_DIFF: Final = "+ access-list 100 permit udp any any eq <knock 1>\n" * 60
_RUNNING: Final = "interface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n" * 100


def change(task: Task, job: Job) -> Result:
    """Change nothing."""
    return run(task, job, _change, DeployOutcome)


def _change(task: Task, job: Job, _intent: Intent) -> ChangeOutcome:
    job.record.keep_before(task.host.name, Before(_RUNNING, _RUNNING))
    for event in _NOTED:
        job.tell(task.host.name, event)
        job.note(task.host.name, event)
    return DeployOutcome("deployed", _DIFF, saved=True, state=State.AFTER, seconds=1.0)


def main(folder: Path, number: int) -> int:
    """Walk through them."""
    folder.mkdir()
    knock = {"services": ["22/tcp"], "interface": "GigabitEthernet0/0"}
    knock["ports"] = ["46543", "28654", "40204", "57566", "34515"]
    hosts = {f"r{k}": {"hostname": "192.0.2.1", "groups": ["all"]} for k in range(number)}
    (folder / "hosts.yaml").write_text(json.dumps(hosts))
    (folder / "groups.yaml").write_text(
        json.dumps({"all": {"platform": "ios", "username": "x", "data": {"knock": knock}}})
    )
    (folder / "config.yaml").write_text(
        "inventory: {options: {host_file: hosts.yaml, group_file: groups.yaml}}\n"
    )
    console = Console("deploy", json=True)
    project, job = Selection(folder / "config.yaml").open(console)
    return unasked(console, project, Verbs(change, change, DeployOutcome), job, Wish())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
