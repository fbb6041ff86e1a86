"""The command line: in this process, as a process of its own, and at a terminal."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import pty
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest
from validating import validated

from knockdeploy.cli.main import run
from knockdeploy.errors import InputError
from knockdeploy.lab import addresses

Document = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @functools.cached_property
    def document(self) -> Document:
        """The one JSON document that stdout is, as its schema has it."""
        return validated(json.loads(self.out))

    def host(self, name: str = "r1") -> Document:
        host = self.document["hosts"][name]
        assert isinstance(host, dict)
        return host

    def findings(self, name: str = "r1") -> dict[str, str]:
        """Return severity and message of each rule that says something of a host."""
        found = self.host(name)["findings"]
        return {each["rule"]: f"{each['severity']}: {each['message']}" for each in found}


class _Keyboard(io.StringIO):
    """A terminal at which this was typed."""

    def isatty(self) -> bool:
        return True


def knockdeploy(*words: str, typed: str | None = None) -> Ran:
    """Run the command line in this process: it takes a tenth of the time of a new one.

    ``typed`` is what its questions are answered; None is no terminal.
    """
    out, err = io.StringIO(), io.StringIO()
    return Ran(status(*words, out=out, err=err, typed=typed), out.getvalue(), err.getvalue())


def status(*words: str, out: io.StringIO, err: io.StringIO, typed: str | None = None) -> int:
    """Run the command line in this process, and have it print there."""
    with (
        mock.patch.object(sys, "argv", ["knockdeploy", *words]),
        mock.patch.object(sys, "stdin", io.StringIO() if typed is None else _Keyboard(typed)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as end,
    ):
        run()
    assert isinstance(end.value.code, int)
    return end.value.code


def command_line(*words: str) -> list[str]:
    return [sys.executable, "-m", "knockdeploy", *words]


def process(*words: str, within_s: float = 120, **more: Any) -> Ran:
    """Run the command line as a process of its own."""
    done = subprocess.run(  # noqa: S603  # our own program
        command_line(*words),
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
        stdin=subprocess.DEVNULL,
        **more,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@contextmanager
def asked(*words: str) -> Iterator[Callable[[str], Ran]]:
    """Run a command on a terminal up to its question; what is yielded answers it."""
    master, slave = pty.openpty()
    client = subprocess.Popen(  # noqa: S603  # our own program
        command_line(*words), stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    os.close(slave)
    assert client.stderr is not None
    asking = client.stderr.fileno()
    shown = b""
    while b"[y/N]" not in shown:
        piece = os.read(asking, 65536)
        assert piece, shown
        shown += piece

    def answer(text: str) -> Ran:
        os.write(master, f"{text}\n".encode())
        out, err = client.communicate(timeout=300)
        return Ran(client.returncode, out.decode(), (shown + err).decode())

    try:
        yield answer
    finally:
        client.kill()
        client.communicate()
        os.close(master)


def free_base_port(n_routers: int) -> int:
    """Return a port from which on a lab of so many routers finds all of its own free.

    Nobody else takes them before that lab does: each worker of xdist has ports of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    while True:
        port = 20_022 + 1000 * worker + random.randrange(500)
        with contextlib.suppress(InputError):
            addresses.close(addresses.bind(addresses.places_at(n_routers, port)))
            return port
