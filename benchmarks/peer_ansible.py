"""A third way to do it: Ansible's own modules for IOS, every default left but 20 forks.

`cisco.ios.ios_config` sends what `knockdeploy render` prints and saves it where it differs from
startup-config; for the check `cisco.ios.ios_command` fetches the running configuration.

    python -m benchmarks.peer_ansible deploy --playbook-command PATH --inventory DIR
    python -m benchmarks.peer_ansible check --playbook-command PATH --inventory DIR

PATH is `ansible-playbook`, of an installation of its own; DIR is as for `peer_nornir`.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

N_FORKS = 20
_SET_CHILD_SUBREAPER = 36  # prctl(2)
# Host keys: the lab's are new, and nobody is there to be asked.
_SETTINGS = """\
[defaults]
forks = {n_forks}
home = {home}
host_key_checking = False
"""
_MODULES: dict[str, dict[str, Any]] = {
    "deploy": {
        "cisco.ios.ios_config": {
            "src": "{{ playbook_dir }}/configs/{{ inventory_hostname }}.cfg",
            "save_when": "modified",
        }
    },
    "check": {"cisco.ios.ios_command": {"commands": "show running-config"}},
}


def inventory(folder: Path) -> dict[str, Any]:
    """Return the hosts of a folder as Ansible's inventory has them."""
    hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
    defaults = yaml.safe_load((folder / "defaults.yaml").read_text())
    return {
        "all": {
            "hosts": {
                name: {"ansible_host": host["hostname"], "ansible_port": host["port"]}
                for name, host in hosts.items()
            },
            "vars": {
                "ansible_connection": "ansible.netcommon.network_cli",
                "ansible_network_os": "cisco.ios.ios",
                "ansible_user": defaults["username"],
                "ansible_password": defaults["password"],
            },
        }
    }


def playbook(verb: str) -> list[dict[str, Any]]:
    """Return a play of one task."""
    return [{"hosts": "all", "gather_facts": False, "tasks": [_MODULES[verb]]}]


def run(command: str, verb: str, folder: Path) -> int:
    """Run the play in ``folder``, then end the connections it leaves behind; return its status."""
    hosts, play, settings = (folder / f"ansible{end}" for end in ("-hosts.json", ".json", ".cfg"))
    hosts.write_text(json.dumps(inventory(folder)))
    play.write_text(json.dumps(playbook(verb)))
    settings.write_text(_SETTINGS.format(n_forks=N_FORKS, home=folder / "ansible"))
    # Each connection is a daemon that would stay for half a minute. They become children of ours,
    # so that their CPU time is counted and none is left.
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    environment = os.environ | {"ANSIBLE_CONFIG": str(settings)}  # and nobody else's
    status = subprocess.call((command, "--inventory", hosts, play), env=environment)
    with contextlib.suppress(ChildProcessError):
        while True:
            for pid in _children():
                os.kill(pid, signal.SIGKILL)
            os.wait()
    return status


def _children() -> list[int]:
    me = os.getpid()
    return [int(pid) for pid in Path(f"/proc/{me}/task/{me}/children").read_text().split()]


def main() -> int:
    """Run one verb on all hosts; Ansible's own status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("verb", choices=_MODULES)
    parser.add_argument("--playbook-command", required=True, metavar="PATH")
    parser.add_argument("--inventory", type=Path, required=True, metavar="DIR")
    arguments = parser.parse_args()
    return run(arguments.playbook_command, arguments.verb, arguments.inventory)


if __name__ == "__main__":
    sys.exit(main())
