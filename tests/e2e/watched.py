"""Commands as processes of their own: watched while they run, and ended from outside."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence

from commandline import Ran

from knockdeploy.lab.fabric import Fabric

from .support import command_line, environment


def start(command: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def eventually(condition: Callable[[], bool], within_s: float = 120) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def finish(client: subprocess.Popen[str]) -> Ran:
    out, err = client.communicate(timeout=300)
    return Ran(client.returncode, out, err)


def kill_once(condition: Callable[[], bool], running: Fabric, *words: str) -> None:
    """Run a command until ``condition`` holds, and kill it; return once its sessions are gone."""
    client = start(command_line(running, *words))
    try:
        eventually(condition)
    finally:
        client.kill()
        finish(client)
    eventually(lambda: not any(machine.n_sessions for machine in running.routers.values()))
