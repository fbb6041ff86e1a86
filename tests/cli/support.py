"""The command line in this process, and projects that need no router."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from validating import validated

from knockdeploy.cli.main import run

GOOD: dict[str, Any] = {
    "ports": [40204, 34515, 46543, 38654, 47566],
    "services": ["22/tcp"],
    "interface": "GigabitEthernet0/0",
    "management_sources": ["10.1.0.0/16"],
}
"""An intent that lint has nothing to say of."""


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return validated(json.loads(self.out))

    def findings(self, host: str = "r1") -> dict[str, str]:
        """Return severity and message of each rule that says something of a host."""
        found = self.document["hosts"][host]["findings"]
        return {each["rule"]: f"{each['severity']}: {each['message']}" for each in found}


def knockdeploy(*words: str) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["knockdeploy", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as end:
            status = end.code
    assert isinstance(status, int)
    return Ran(status, out.getvalue(), err.getvalue())


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
