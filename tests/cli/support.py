"""Projects that need no router."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

GOOD: dict[str, Any] = {
    "ports": [40204, 34515, 46543, 38654, 47566],
    "services": ["22/tcp"],
    "interface": "GigabitEthernet0/0",
    "management_sources": ["10.1.0.0/16"],
}
"""An intent that lint has nothing to say of."""


def project(folder: Path, **hosts: dict[str, Any]) -> Path:
    """Write a project, each host with its changes to the good intent; return its config.yaml."""
    inventory = {
        name: {
            "hostname": changes.get("hostname", f"127.0.9.{at}"),
            "platform": changes.get("platform", "ios"),
            "data": {"knock": {**GOOD, **changes}},
        }
        for at, (name, changes) in enumerate(hosts.items(), 1)
    }
    for host in inventory.values():
        for key in ("hostname", "platform"):
            host["data"]["knock"].pop(key, None)
    folder.mkdir(exist_ok=True)
    (folder / "hosts.yaml").write_text(yaml.safe_dump(inventory))
    config = folder / "config.yaml"
    config.write_text("inventory: {options: {host_file: hosts.yaml}}\n")
    return config
