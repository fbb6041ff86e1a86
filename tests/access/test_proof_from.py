"""`--proof-from`: another machine knocks and looks. It is this one, by another of its addresses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
from commandline import Document
from e2e.support import OPEN, knockdeploy, lab, snapshot, typed
from together import Results, together

from knockdeploy.errors import UnreachableError
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.tasks.deploy import deploy

from .support import hurried, run

pytestmark = pytest.mark.lab
THERE, HERE = "127.66.0.7", "127.0.0.1"
# What ssh(1) is asked to run is run here, by a Python whose sockets have another address.
SSH = """\
#!/bin/sh
printf '%s\\n' "$@" >> "{log}"
echo 'Last login: whenever'
for command; do where=$last; last=$command; done
case $where in *nobody*) echo 'nobody: Permission denied (publickey).' >&2; exit 255;; esac
case $where in *bare*) exec /bin/sh -c 'exec python-that-is-not-there';; esac
PYTHONPATH="{folder}" PATH="{python}:$PATH" exec /bin/sh -c "$command"
"""
ELSEWHERE = f"""\
import socket
class Elsewhere(socket.socket):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        if more.get("fileno") is None:
            self.bind(("{THERE}", 0))
socket.socket = Elsewhere
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Put an ssh on the path; return the file with what it was called with."""
    folder = tmp_path_factory.mktemp("ssh")
    log = folder / "log"
    (folder / "sitecustomize.py").write_text(ELSEWHERE)
    (folder / "python3").symlink_to(sys.executable)
    ssh = folder / "ssh"
    ssh.write_text(SSH.format(log=log, folder=folder, python=folder))
    ssh.chmod(0o700)
    with mock.patch.dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"):
        yield log


def proved(protocol: str) -> Document:
    """Here we are a management source, to which the door is open: from there it is shut."""
    with lab(kind=OPEN, knock={"management_sources": [HERE], "protocol": protocol}) as running:
        document = run(running, deploy, proof_from="jane@there")
        assert temporary(running) == []
        return document


def temporary(running: Fabric) -> list[str]:
    lines = running.call(running.routers["r1"].router.access_lists)
    return [line for line in lines if "time left" in line]


def unusable(where: str) -> Document:
    with lab(kind=OPEN) as running:
        before = snapshot(running)
        document = run(running, deploy, proof_from=where)
        assert snapshot(running) == before
        assert typed(running.routers["r1"]) == []
        return document


@pytest.fixture(scope="module")
def results(log: Path) -> Results:
    stories = {each: partial(proved, each) for each in ("udp", "tcp")}
    stories |= {where: partial(unusable, where) for where in ("nobody", "bare")}
    with hurried():
        return together(stories)


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_door_is_proved_from_there_to_whom_it_is_shut(protocol: str, results: Results) -> None:
    document = results[protocol].result()
    assert (document["status"], document["error"]) == ("deployed", None)
    assert (document["proof"]["level"], document["proof"]["source"]) == ("door", THERE)
    assert "knocking from jane@there" in document["said"]


def test_no_secret_is_an_argument(results: Results, log: Path) -> None:
    results["udp"].result()
    called = log.read_text()
    assert "jane@there" in called
    assert not [port for port in knock_ports("r1") if str(port) in called]


@pytest.mark.parametrize(
    ("where", "says", "hint"),
    [
        ("nobody", "Permission denied", "ssh nobody"),
        ("bare", "bare has no python3", "another machine"),
    ],
)
def test_machine_that_cannot_be_used_is_said_before_anything_is_sent(
    where: str, says: str, hint: str, results: Results
) -> None:
    document = results[where].result()
    assert (document["status"], document["error"]["kind"]) == ("failed", "unreachable")
    assert says in document["error"]["message"]
    assert hint in document["error"]["hint"]


def test_machine_that_is_an_option_is_a_mistake() -> None:
    with lab(kind=OPEN) as running:
        ran = knockdeploy(running, "deploy", "--yes", "--json", "--proof-from=-oProxyCommand=x")
    assert ran.status == 64
    assert ran.document["errors"][0]["key"] == "--proof-from"


def test_outpost_ends_with_its_block(log: Path) -> None:
    with Elsewhere("jane@there") as elsewhere:
        elsewhere.ready("127.0.0.1", 9)
        process = elsewhere._process  # noqa: SLF001  # nothing else tells
        assert isinstance(process, subprocess.Popen)
        assert process.poll() is None
    assert process.returncode == 0


def test_outpost_that_is_lost_is_said(log: Path) -> None:
    with Elsewhere("jane@there") as elsewhere:
        elsewhere.ready("127.0.0.1", 9)
        process = elsewhere._process  # noqa: SLF001  # nothing else tells
        assert process
        process.kill()
        with pytest.raises(UnreachableError, match="jane@there"):
            elsewhere.ready("127.0.0.1", 9)
