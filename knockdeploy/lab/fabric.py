"""Many virtual routers on loopback addresses, in one event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from knockdeploy.errors import InputError, Mistake
from knockdeploy.lab import addresses, configs, configs_xe
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.edition import EDITIONS
from knockdeploy.lab.machine import Doors, Machine
from knockdeploy.lab.project import spoken, write_project
from knockdeploy.lab.router.clock import Clock, LoopClock
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.lab.wire import keys, web
from knockdeploy.lab.wire.ssh import CLASSIC, Account, SshProfile, SshServer, expect_old_algorithms

T = TypeVar("T")
Starting = Callable[[int, str, str, str], str]
"""Gives a router its configuration, of its number, name, inside and outside address."""
_STARTING: Final[dict[str, Starting]] = {"ios": configs.starting, "iosxe": configs_xe.starting}
Started = tuple[list[Machine], asyncio.AbstractEventLoop, asyncio.Event]


@dataclass(frozen=True, slots=True)
class LabOptions:
    """What the routers of a lab are, and how they behave; the last ``n_iosxe`` run IOS-XE."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    profile: SshProfile = CLASSIC
    """IOS-XE speaks MODERN, whatever this is."""
    clock: Callable[[], Clock] | None = None
    """Gives each router its own; None: the real time. ``Fabric.call`` moves a ManualClock."""
    start: Starting | None = None
    """None: the usual configurations of each platform."""
    n_iosxe: int = 0


USUAL: Final = LabOptions()


@dataclass(frozen=True, slots=True)
class Fabric:
    """Running routers by name, and the project folder written for them."""

    routers: dict[str, Machine]
    folder: Path
    config_file: Path
    _loop: asyncio.AbstractEventLoop

    @property
    def places(self) -> list[addresses.Place]:
        """Where they are."""
        return [machine.place for machine in self.routers.values()]

    def call(self, function: Callable[[], T], within_s: float = 60.0) -> T:
        """Run ``function`` on the routers' thread, where alone their state may be touched."""
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(function())
            except BaseException as error:  # noqa: BLE001  # handed to the caller's thread
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(within_s)


@contextmanager
def fabric(
    n_routers: int = 3,
    options: LabOptions = USUAL,
    *,
    folder: Path | None = None,
    base_port: int = addresses.BASE_PORT,
) -> Iterator[Fabric]:
    """Run virtual routers r1, r2, ... until the block ends.

    ``base_port`` is the port of SSH; 0 takes BASE_PORT on addresses that nobody uses, for labs side
    by side. ``folder`` gets the project's files and keeps the host keys; None is a temporary one.

    Raises:
        InputError: a port is busy, or the folder cannot be written; nothing listens.
    """
    with folder_for(folder) as home:
        parts, config_file = laid_out(home, n_routers, base_port, options)
        with running(parts, options) as (machines, loop):
            routers = {machine.place.name: machine for machine in machines}
            yield Fabric(routers, home, config_file, loop)


@contextmanager
def folder_for(folder: Path | None) -> Iterator[Path]:
    """Yield the folder of a lab; None is a temporary one."""
    with tempfile.TemporaryDirectory(prefix="knockdeploy-lab-") as temporary:
        yield folder or Path(temporary)


@dataclass(frozen=True, slots=True)
class Parts:
    """What routers are made of; ``listeners`` are bound, and closed by who runs them.

    Their host keys are kept in ``home``, ``n_keys`` at most: large labs share them.
    """

    home: Path
    places: Sequence[addresses.Place]
    starts: Sequence[str]
    listeners: addresses.Listeners
    n_keys: int = keys.DIFFERENT


def laid_out(home: Path, n_routers: int, base_port: int, options: LabOptions) -> tuple[Parts, Path]:
    """Return what the routers are made of, and the config.yaml of the project written for them.

    Raises:
        InputError: as ``fabric``; nothing listens.
    """
    n_iosxe = options.n_iosxe
    if not 0 <= n_iosxe <= n_routers:
        raise InputError(Mistake(f"{n_iosxe} of {n_routers} routers with IOS-XE", key="--iosxe"))
    expect_old_algorithms()
    bound, listeners = addresses.listen(n_routers, base_port)
    places = addresses.with_iosxe(bound, n_iosxe)
    try:
        starts = [
            (options.start or _STARTING[p.platform])(k, p.name, p.inside, p.outside)
            for k, p in enumerate(places)
        ]
        bare = [p.name for p, s in zip(places, starts, strict=True) if "ip access-group" not in s]
        config_file = write_project(home, places, bare, options.profile)
    except BaseException:
        addresses.close(listeners)
        raise
    return Parts(home, places, starts, listeners), config_file


@contextmanager
def running(
    parts: Parts, options: LabOptions
) -> Iterator[tuple[list[Machine], asyncio.AbstractEventLoop]]:
    """Run the machines in a thread; what goes wrong while they start is raised here."""
    started: Future[Started] = Future()

    async def main() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        machines = _build(parts, options, loop)
        for machine in machines:
            machine.start()
        started.set_result((machines, loop, stop))
        await stop.wait()
        await asyncio.gather(*(machine.stop() for machine in machines))

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            if started.done():
                raise
            addresses.close(parts.listeners)
            started.set_exception(error)

    thread = threading.Thread(target=run, name="knockdeploy-lab", daemon=True)
    thread.start()
    try:
        machines, loop, _ = started.result()
        yield machines, loop
    finally:
        started.add_done_callback(_end)  # once they run: Ctrl-C may come while they start
        thread.join()


def _end(started: Future[Started]) -> None:
    if started.exception() is None:
        _, loop, stop = started.result()
        loop.call_soon_threadsafe(stop.set)


def _build(parts: Parts, options: LabOptions, loop: asyncio.AbstractEventLoop) -> list[Machine]:
    clock_of = options.clock or (lambda: LoopClock(loop))
    login = Account(configs.USERNAME, configs.PASSWORD)
    tls = web.self_signed()
    spoken_by = {place.name: spoken(place, options.profile) for place in parts.places}
    host_keys = keys.host_keys(parts.home, spoken_by, parts.n_keys)
    machines = []
    for place, start, key in zip(parts.places, parts.starts, host_keys, strict=True):
        router = VirtualRouter(
            start,
            name=place.name,
            clock=clock_of(),
            behaviour=options.behaviour,
            edition=EDITIONS[place.platform],
        )
        own = {at: parts.listeners[at] for at in place.doors}
        ssh = SshServer(spoken_by[place.name], key, login)
        machines.append(Machine(router, place, Doors(own, ssh, tls)))
    return machines
