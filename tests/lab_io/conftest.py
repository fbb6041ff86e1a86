"""Virtual routers for the tests of the lab's own sockets, shells and files."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from netmiko import BaseConnection, ConnectHandler

from knockdeploy.lab.addresses import Place
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.configs import PASSWORD, USERNAME, starting
from knockdeploy.lab.edition import EDITIONS
from knockdeploy.lab.fabric import Fabric, fabric
from knockdeploy.lab.machine import Doors, Machine
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.lab.shell.session import Session
from knockdeploy.lab.shell.shell import Shell
from knockdeploy.lab.shell.tty import Tty
from knockdeploy.lab.wire.ssh import MODERN, Account, SshServer, new_key

PLACE = Place("r2", "127.10.0.2", "127.20.0.2", {22: 10022, 80: 10080, 443: 10443})


@dataclass
class Console:
    """A machine without sockets, and a shell on it that reads what a test types ahead."""

    machine: Machine
    clock: ManualClock

    def type(
        self, keys: str, *, height: int = 0, width: int = 0, buffer_chars: int | None = None
    ) -> str:
        """Type everything at once into a new session, and return all that it printed."""
        printed: list[str] = []

        async def run() -> None:
            terminal = Tty(printed.append, buffer_chars=buffer_chars)
            terminal.height, terminal.width = height, width
            router = self.machine.router
            place = self.machine.place
            inner = place.interfaces[place.inside]
            line = router.lines.open_line(USERNAME, "127.0.0.1", place.inside, inner)
            assert line is not None
            terminal.feed(keys)
            terminal.end_input()
            await Shell(Session(self.machine, terminal, line, privilege=15)).run()

        asyncio.run(run())
        return "".join(printed).replace("\r\n", "\n")


def console_of(place: Place, text: str, behaviour: Behaviour | None = None) -> Console:
    """Return a machine of the place's platform with this configuration."""
    clock, edition = ManualClock(), EDITIONS[place.platform]
    router = VirtualRouter(text, name=place.name, clock=clock, behaviour=behaviour, edition=edition)
    ssh = SshServer(MODERN, new_key(MODERN), Account(USERNAME, PASSWORD))
    doors = Doors({}, ssh, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    machine = Machine(router, place, doors)
    return Console(machine, clock)


@pytest.fixture
def console() -> Console:
    return console_of(PLACE, starting(1, PLACE.name, PLACE.inside, PLACE.outside))


@pytest.fixture(scope="module")
def lab() -> Iterator[Fabric]:
    with fabric(3, base_port=0) as running:
        yield running


Connect = Callable[..., BaseConnection]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Log in with netmiko, told nothing but the device type, where, and to be patient."""
    opened: list[BaseConnection] = []

    def log_in(machine: Machine, **more: object) -> BaseConnection:
        arguments: dict[str, object] = {
            "device_type": "cisco_ios",
            "host": machine.place.inside,
            "port": machine.place.sockets[22],
            "username": USERNAME,
            "password": PASSWORD,
            **dict.fromkeys(("conn_timeout", "banner_timeout", "auth_timeout"), 60),
            **more,
        }
        opened.append(ConnectHandler(**arguments))
        return opened[-1]

    yield log_in
    for connection in opened:
        hang_up(connection)


def hang_up(connection: BaseConnection) -> None:
    """Close the TCP connection, without netmiko's own long goodbye."""
    if connection.remote_conn_pre is not None:
        connection.remote_conn_pre.close()
