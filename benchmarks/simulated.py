"""A run whose turns change no router: what is left is the run itself.

    python -m benchmarks.simulated DIR ROUTERS [WORKERS LINES]

Stages, journal, screen and document are those of a deployment; each turn notes what one notes, and
comes to what one comes to. With LINES it also plans from a saved configuration of so many, as it
does once it has read a router: what is left out then is the wire.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.saved import write
from benchmarks.simulated_turn import change
from knockdeploy.cli.change_run import unasked
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection
from knockdeploy.cli.rolling import RolloutOptions
from knockdeploy.report.change import DeployOutcome
from knockdeploy.rollout.turn import Verbs

AT_ONCE: Final = 40


def main(folder: Path, number: int, workers: str, n_lines: int) -> int:
    """Walk through them."""
    folder.mkdir()
    if n_lines:
        write(folder, number, n_lines, lacking=1)
    else:
        _write_hosts(folder, number)
    rollout = f"{{canary: 0, batch: 100%, workers: '{workers}'}}"
    with (folder / "config.yaml").open("a") as file:
        file.write(f"runner: {{plugin: threaded, options: {{num_workers: {AT_ONCE}}}}}\n")
        file.write(f"user_defined: {{knockdeploy: {{rollout: {rollout}}}}}\n")
    console = Console("deploy", json=True)
    project, job = Selection(folder / "config.yaml").open(console)
    job = replace(job, saved=folder / "saved" if n_lines else None)
    return unasked(console, project, Verbs(change, change, DeployOutcome), job, RolloutOptions())


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


if __name__ == "__main__":
    _, place, size, *kind = sys.argv
    executor, lines = kind or ("threads", "0")
    sys.exit(main(Path(place), int(size), executor, int(lines)))
