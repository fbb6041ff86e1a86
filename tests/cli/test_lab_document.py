"""`lab up --json`: one document as soon as all routers listen."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest
from commandline import command_line, free_base_port
from validating import validated

pytestmark = pytest.mark.lab


def test_lab_up_says_where_each_router_is(tmp_path: Path) -> None:
    port = free_base_port(2)
    with subprocess.Popen(  # noqa: S603
        command_line(
            "lab", "up", str(tmp_path / "lab"), "--routers=2", f"--base-port={port}", "--json"
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            ready = process.stderr.readline()
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=300)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, "")
    assert ready == f"ready {tmp_path}/lab/config.yaml\n"
    hosts = validated(json.loads(out))["hosts"]
    assert set(hosts) == {"r1", "r2"}
    assert hosts["r1"]["port"] == port
    assert hosts["r1"]["address"].startswith("127.10.")
