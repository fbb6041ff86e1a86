"""Faults that need a real connection: it goes, it hangs, it never comes."""

from __future__ import annotations

import socket
import time
from functools import partial

import pytest
from netmiko import ReadTimeout

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from lab_io.conftest import Connect, hang_up
from lab_io.test_datapath import first_bytes, until

pytestmark = pytest.mark.lab


@pytest.fixture(autouse=True)
def healthy_again(lab: Fabric) -> None:
    for machine in lab.routers.values():
        machine.faults = Faults()


def test_connection_goes_at_a_configuration_line(lab: Fabric, connect: Connect) -> None:
    machine = lab.routers["r1"]
    before = machine.router.running
    connection = connect(machine)
    machine.faults = Faults(drop_line=2)
    connection.write_channel("conf t\nhostname r1\nhostname lost\nhostname never\n")
    assert until(lambda: machine.n_sessions == 0)
    assert lab.call(lambda: list(machine.router.lines)) == []
    assert machine.router.running == before


def test_router_that_hangs_answers_nothing_and_keeps_the_session(
    lab: Fabric, connect: Connect
) -> None:
    machine = lab.routers["r1"]
    connection = connect(machine)
    machine.faults = Faults(hang="show clock")
    with pytest.raises(ReadTimeout):
        connection.send_command("show clock", read_timeout=0.3)
    assert machine.n_sessions == 1
    hang_up(connection)
    assert until(lambda: machine.n_sessions == 0)


def test_latency_is_paid_for_each_line(lab: Fabric, connect: Connect) -> None:
    machine = lab.routers["r1"]
    connection = connect(machine)
    machine.faults = Faults(latency_s=0.1)
    start_s = time.monotonic()
    connection.write_channel("show clock\n" * 3)
    connection.read_until_pattern(r"(?s)(UTC.*){3}#", read_timeout=60)
    assert time.monotonic() - start_s >= 0.3


def test_building_configuration_takes_its_time(lab: Fabric, connect: Connect) -> None:
    machine = lab.routers["r1"]
    connection = connect(machine)
    machine.faults = Faults(building_s=0.3)
    start_s = time.monotonic()
    assert "\nend" in str(connection.send_command("show run"))
    assert time.monotonic() - start_s >= 0.3


def test_no_free_line_means_no_connection(lab: Fabric) -> None:
    machine = lab.routers["r2"]
    at = machine.place.inside, machine.place.sockets[22]
    machine.faults = Faults(vtys_busy=True)
    with pytest.raises(ConnectionResetError):
        first_bytes(*at, source="127.0.0.1")
    machine.faults = Faults()
    open_line = machine.router.lines.open_line
    lines = lab.call(lambda: [open_line("eem") for _ in range(16)])  # all that `line vty` give
    with pytest.raises(ConnectionResetError):
        first_bytes(*at, source="127.0.0.1")
    for line in filter(None, lines):
        lab.call(partial(machine.router.lines.close_line, line))
    assert first_bytes(*at, source="127.0.0.1").startswith(b"SSH-2.0-")


def test_reload_drops_every_session_and_forgets_what_was_not_saved(
    lab: Fabric, connect: Connect
) -> None:
    machine = lab.routers["r3"]
    connection = connect(machine)
    connection.send_config_set(["hostname unsaved"])
    lab.call(machine.router.reload)
    assert until(lambda: machine.n_sessions == 0)
    assert machine.router.running.child("hostname r3") is not None
    with pytest.raises((OSError, EOFError, ReadTimeout)):
        connection.send_command("show clock", read_timeout=2)
    with socket.create_connection(
        (machine.place.inside, machine.place.sockets[22]), timeout=60
    ) as s:
        assert s.recv(64).startswith(b"SSH-2.0-")
