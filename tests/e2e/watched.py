"""Commands as processes of their own: watched while they run, and ended from outside."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence

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


def interrupted(client: subprocess.Popen[str]) -> str:
    """Press Ctrl-C; return what was told by the time that it was heard."""
    assert client.stderr
    client.send_signal(signal.SIGINT)
    said = ""
    while "Ctrl-C again" not in said:
        said += (line := client.stderr.readline())
        assert line, said
    return said


class Held:
    """Routers that are held at a moment: nothing that is done meanwhile comes too late for them."""

    def __init__(self) -> None:
        self._arrived, self._over = threading.Event(), threading.Event()

    def hold(self) -> None:
        self._arrived.set()
        self._over.wait(300)

    def wait(self) -> None:
        """Return once they are held."""
        assert self._arrived.wait(120)

    def go_on(self) -> None:
        self._over.set()


@contextlib.contextmanager
def held(at: Callable[[Callable[[], None]], None]) -> Iterator[Held]:
    """Hold all routers where ``at`` has something done, until the block ends at the latest."""
    routers = Held()
    at(routers.hold)
    try:
        yield routers
    finally:
        routers.go_on()


def kill_once(condition: Callable[[], bool], running: Fabric, *words: str) -> None:
    """Run a command until ``condition`` holds, and kill it; return once its sessions are gone."""
    client = start(command_line(running, *words))
    try:
        eventually(condition)
    finally:
        client.kill()
        finish(client)
    eventually(lambda: not any(machine.n_sessions for machine in running.routers.values()))
