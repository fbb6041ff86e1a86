"""A virtual router with its sockets, sessions and faults: what a test or a demo takes hold of."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from functools import partial

from knockdeploy.ios.match import Packet
from knockdeploy.ios.tree import Node
from knockdeploy.lab.addresses import HTTP, HTTPS, SSH, Place
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router import vty
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.lab.router.vty import VtyLine
from knockdeploy.lab.shell.session import Changes, Session
from knockdeploy.lab.shell.shell import Shell
from knockdeploy.lab.shell.tty import Tty
from knockdeploy.lab.wire import datapath, web
from knockdeploy.lab.wire.datapath import Carrier, Peer
from knockdeploy.lab.wire.named_ports import NamedPorts, named_ports
from knockdeploy.lab.wire.ssh import SshServer


@dataclass(frozen=True, slots=True)
class Doors:
    """What listens: bound sockets by (address, service port), and what speaks behind them."""

    listeners: dict[tuple[str, int], socket.socket]
    ssh: SshServer
    tls: ssl.SSLContext


class Machine:
    """One router of the fabric.

    All but the setters of ``faults`` and ``ssh.account`` belongs to its loop's thread.
    """

    def __init__(self, router: VirtualRouter, place: Place, doors: Doors) -> None:
        self.router = router
        self.place = place
        self.box = router.box
        self.clock = router.clock
        self.started_s = router.clock.now()
        self.changes = Changes()
        self.ssh = doors.ssh
        self._doors = doors
        self._carriers: set[Carrier] = set()
        self._sessions: dict[VtyLine, tuple[Session, Carrier]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ports = NamedPorts((place.outside, place.inside), place.sockets, self._arrives)
        self._followed: Node | None = None
        self._is_started = False
        router.on_reload = self._restarted
        # The revert timer changes the configuration while nobody types; it logs that it did.
        router.log_buffer.subscribe(self._logged)

    def _logged(self, line: str) -> None:
        if "%SYS-5-CONFIG_I: " in line and "(EEM:" in line:  # it sends no user's name
            self.changes.changed = (self.clock.now(), "")
        self.settle()

    @property
    def faults(self) -> Faults:
        """The faults in force; any thread may set others, which starts their counting again."""
        return self.box.current

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.box.current = faults

    @property
    def n_sessions(self) -> int:
        """How many SSH sessions are open."""
        return len(self._sessions)

    def start(self) -> None:
        """Begin to accept; needs a running loop."""
        for (_, port), listener in self._doors.listeners.items():
            self._keep(asyncio.get_running_loop().create_task(self._accept(listener, port)))
        self._is_started = True
        self.settle()

    async def stop(self) -> None:
        """Close every socket and wait for what ran on them."""
        self._is_started = False
        self._ports.close()
        for listener in self._doors.listeners.values():
            # Before the tasks: a cancelled sock_accept may still accept, and nobody would close it.
            asyncio.get_running_loop().remove_reader(listener)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for carrier in tuple(self._carriers):
            carrier.reset()  # accepted, but its task had not begun
        for listener in self._doors.listeners.values():
            listener.close()

    def _restarted(self) -> None:
        self.started_s = self.clock.now()
        self.changes.changed = None
        self.drop_sessions()

    def drop_sessions(self) -> None:
        """Tear down every connection to the router, as a reload or a power cut does."""
        for session, _ in tuple(self._sessions.values()):
            session.close()
        for carrier in tuple(self._carriers):
            carrier.reset()

    def drop(self, line: VtyLine) -> None:
        """Tear down the connection of one session."""
        if line in self._sessions:
            self._sessions[line][1].reset()

    def foreign_ports(self) -> dict[VtyLine, int]:
        """Return the TCP port each session comes from."""
        return {line: carrier.peer.source_port for line, (_, carrier) in self._sessions.items()}

    def settle(self) -> None:
        """Open the sockets of the ports that the configuration names, and no others."""
        if self._is_started and self.router.running is not self._followed:
            self._followed = self.router.running
            self._ports.follow(named_ports(self.router.running))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _arrives(self, packet: Packet) -> bool:
        self.settle()
        return self.router.arrives(packet, self.place.interfaces[packet.destination])

    async def _accept(self, listener: socket.socket, port: int) -> None:
        loop = asyncio.get_running_loop()
        while True:
            sock, (source, source_port) = await loop.sock_accept(listener)
            peer = Peer(source, source_port, sock.getsockname()[0], port)
            if self._arrives(peer.packet(ack=False)) and self._answers(port):
                interface = self.place.interfaces[peer.local]
                carrier = Carrier(sock, peer, partial(self.router.admits, interface=interface))
                self._carriers.add(carrier)
                self._keep(loop.create_task(self._carry(carrier)))
            else:
                datapath.reset(sock)

    async def _carry(self, carrier: Carrier) -> None:
        try:
            await carrier.run(self._speak)
        finally:
            self._carriers.discard(carrier)

    def _answers(self, port: int) -> bool:
        """Tell whether something on the router listens, and has a line free for SSH."""
        running = self.router.running
        if port == SSH:
            n_lines = vty.count(running)
            return not self.faults.vtys_busy and len(list(self.router.lines)) < n_lines
        return bool(running.child("ip http server" if port == HTTP else "ip http secure-server"))

    async def _speak(self, sock: socket.socket, carrier: Carrier) -> None:
        if carrier.peer.port != SSH:
            await web.answer(sock, self._doors.tls if carrier.peer.port == HTTPS else None)
            return

        async def serve(terminal: Tty, command: str | None) -> None:
            await self._login_session(terminal, command, carrier)

        await self.ssh.speak(sock, serve, lambda: self.faults.buffer_chars)

    async def _login_session(self, terminal: Tty, command: str | None, carrier: Carrier) -> None:
        peer = carrier.peer
        line = self.router.lines.open_line(
            self.ssh.account.username,
            peer.source,
            peer.local,
            self.place.interfaces[peer.local],
        )
        if line is None:
            return
        account = self.ssh.account
        session = Session(
            self, terminal, line, account.privilege, account.enable, account.enable_asks
        )
        self._sessions[line] = (session, carrier)
        session.monitor(on=self.faults.monitors)
        try:
            await Shell(session).run(command)
        finally:
            session.close()
            self._sessions.pop(line, None)
            self.settle()
