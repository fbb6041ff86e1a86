"""A run whose turns change no router: what is left is the run itself.

    python -m benchmarks.simulated DIR

Stages, journal, screen and document are those of a deployment, and so is how rarely Python looks
for garbage; each turn notes what one notes, and comes to what one comes to. Where DIR has saved
configurations, it also plans from one, as it does once it has read a router: what is left out then
is the wire.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.simulated_turn import change
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.change_run import FleetChange
from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import with_console
from knockdeploy.cli.fleet import opened
from knockdeploy.cli.rollout_options import RolloutOptions
from knockdeploy.report.change import DeployOutcome
from knockdeploy.rollout.turn import Verbs

AT_ONCE: Final = 40


def prepare(folder: Path, number: int, workers: str = "threads", n_lines: int = 0) -> None:
    """Write a project of so many routers, with configurations of so many lines, if any."""
    from benchmarks.saved import write  # noqa: PLC0415  # no part of the run

    folder.mkdir()
    if n_lines:
        write(folder, number, n_lines, lacking=1)
    else:
        _write_hosts(folder, number)
    rollout = f"{{canary: 0, batch: 100%, workers: '{workers}'}}"
    with (folder / "config.yaml").open("a") as file:
        file.write(f"runner: {{plugin: threaded, options: {{num_workers: {AT_ONCE}}}}}\n")
        file.write(f"user_defined: {{knockdeploy: {{rollout: {rollout}}}}}\n")


def _write_hosts(folder: Path, number: int) -> None:
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


def walk(folder: Path, console: Console) -> int:
    """Walk through them."""
    project, job = opened(Selection(folder / "config.yaml"), console)
    saved = folder / "saved"
    job = replace(job, saved=saved if saved.is_dir() else None)
    verbs = Verbs(change, change, DeployOutcome)
    return FleetChange(console, project, verbs, job).unasked(RolloutOptions())


if __name__ == "__main__":
    sys.exit(with_console("deploy", json=True, action=partial(walk, Path(sys.argv[1]))))
