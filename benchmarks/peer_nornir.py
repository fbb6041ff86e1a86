"""The other way to do it: Nornir and nornir-netmiko's own tasks, 20 threads, every default left.

Written before knockdeploy's own deployment was, as one writes such a script at work, and left alone
since. It sends the rendered configuration and saves it; it neither compares nor verifies.

    python -m benchmarks.peer_nornir deploy --inventory DIR
    python -m benchmarks.peer_nornir check --inventory DIR

DIR holds hosts.yaml, groups.yaml and defaults.yaml, and configs/NAME.cfg for each host.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.task import Result, Task
from nornir_netmiko.tasks import netmiko_save_config, netmiko_send_command, netmiko_send_config

N_WORKERS = 20


def deploy(task: Task, configs: Path) -> Result:
    """Send the host's configuration and save it."""
    text = (configs / f"{task.host.name}.cfg").read_text(encoding="ascii")
    lines = [line for line in text.splitlines() if line and not line.startswith("!")]
    task.run(netmiko_send_config, config_commands=lines)
    task.run(netmiko_save_config)
    return Result(task.host)


def check(task: Task) -> Result:
    """Fetch the running configuration."""
    task.run(netmiko_send_command, command_string="show running-config")
    return Result(task.host)


def load(inventory: Path) -> Nornir:
    """Return Nornir with the inventory of a folder and the threaded runner."""
    files = {"host_file": "hosts", "group_file": "groups", "defaults_file": "defaults"}
    options = {option: str(inventory / f"{name}.yaml") for option, name in files.items()}
    return InitNornir(
        inventory={"plugin": "SimpleInventory", "options": options},
        runner={"plugin": "threaded", "options": {"num_workers": N_WORKERS}},
        logging={"enabled": False},
    )


def main() -> int:
    """Run one verb on all hosts and print one line of JSON; 1 when a host failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("verb", choices=["deploy", "check"])
    parser.add_argument("--inventory", type=Path, required=True, metavar="DIR")
    arguments = parser.parse_args()
    started_s = time.perf_counter()
    with load(arguments.inventory) as nornir:
        if arguments.verb == "deploy":
            results = nornir.run(deploy, configs=arguments.inventory / "configs")
        else:
            results = nornir.run(check)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    summary = {
        "verb": arguments.verb,
        "wall_s": round(time.perf_counter() - started_s, 3),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
        "hosts": len(results),
        "failed": {
            name: str(result[-1].exception) for name, result in results.failed_hosts.items()
        },
    }
    print(json.dumps(summary))
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
