"""Routers nobody gets in to: each has its own kind of error, and a hint."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from knockdeploy.lab.configs import PASSWORD
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.wire.ssh import MODERN

from .support import edit_host, knockdeploy, lab, typed

pytestmark = pytest.mark.lab
COMMANDS = (["plan"], ["check"], ["deploy", "--yes"])


def fails(running: Fabric, kind: str) -> None:
    """See each command fail for this reason, and say so to a reader and to a program."""
    machine = running.routers["r1"]
    machine.box.typed.clear()
    for command in COMMANDS:
        ran = knockdeploy(running, *command, "--json")
        host = ran.host()
        assert (ran.status, host["status"], host["error"]["kind"]) == (1, "failed", kind)
        assert host["error"]["message"]
        assert host["error"]["hint"]
        human = knockdeploy(running, *command)
        assert human.status == 1
        assert f"[{kind}]" in human.out
        for text in (ran.out, ran.err, human.out, human.err):
            assert "Traceback" not in text
            assert PASSWORD not in text
    assert typed(machine) == []


def test_closed_port_is_unreachable() -> None:
    with lab() as running, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, not listening
        edit_host(running, hostname="127.0.0.1", port=nobody.getsockname()[1])
        fails(running, "unreachable")


def test_address_that_swallows_packets_is_unreachable() -> None:
    with lab() as running, socket.socket() as deaf, socket.socket() as waiting:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting.connect(deaf.getsockname())  # its queue is full: further SYNs are dropped
        edit_host(running, hostname="127.0.0.1", port=deaf.getsockname()[1])
        options = {"netmiko": {"extras": {"conn_timeout": 0.5}}}
        edit_host(running, connection_options=options)
        fails(running, "unreachable")


def test_wrong_password_is_auth() -> None:
    with lab() as running:
        edit_host(running, password="not-the-password")
        fails(running, "auth")


def test_changed_host_key_is_host_key() -> None:
    with lab() as running:
        assert knockdeploy(running, "plan").status == 2
        running.call(running.routers["r1"].ssh.change_key)
        fails(running, "host-key")


def test_unknown_host_key_is_host_key_when_strict() -> None:
    with lab() as running:
        config = running.config_file.read_text()
        running.config_file.write_text(config.replace("accept-new", "strict"))
        fails(running, "host-key")


def test_no_common_algorithm_is_kex() -> None:
    with lab(
        profile=dataclasses.replace(MODERN, kex=("diffie-hellman-group18-sha512",))
    ) as running:
        fails(running, "kex")


def test_no_free_line_is_unreachable() -> None:
    with lab() as running:
        running.routers["r1"].faults = Faults(vtys_busy=True)
        fails(running, "unreachable")


def test_one_router_fails_alone() -> None:
    with lab(3) as running:
        edit_host(running, "r2", password="not-the-password")
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        assert ran.status == 1
        assert ran.document["summary"] == {"deployed": 2, "failed": 1}
        assert list(ran.document["hosts"]) == ["r1", "r2", "r3"]
        again = knockdeploy(running, "plan", "--json")
        assert again.status == 1
        assert again.document["summary"] == {"unchanged": 2, "failed": 1}
