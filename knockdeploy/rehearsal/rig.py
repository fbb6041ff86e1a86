"""A virtual router on which what an intent asks for was typed, and who knocks there."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from knockdeploy.command import Command
from knockdeploy.intent import Intent, platforms
from knockdeploy.ios.acl import header
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policies import AGGREGATE
from knockdeploy.ios.policy_file import is_file, path_and_digest
from knockdeploy.ios.view import interface_name, interface_names
from knockdeploy.lab.behaviour import Behaviour, Platform
from knockdeploy.lab.edition import EDITIONS
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.plan.model import Deployed, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import Knock

_OUTSIDE: Final = "203.0.113.{}"
_RUN_S: Final = 1.0
"""More than the run of any policy takes, for each packet."""
_CLIENT_PORTS: Final = range(32768, 61000)


class ImageRefusesError(Exception):
    """The image refuses a line, which stands in the sections ``parents``."""

    def __init__(self, line: str, parents: tuple[str, ...]) -> None:
        super().__init__(line)
        self.line = line
        self.parents = parents


@dataclass(slots=True)
class Rig:
    """A router with its door, and a clock of its own; each visitor has an address nobody had."""

    router: VirtualRouter
    clock: ManualClock
    intent: Intent
    _visitors: Iterator[str]
    _ports: Iterator[int] = field(default_factory=lambda: itertools.cycle(_CLIENT_PORTS))

    @classmethod
    def set(
        cls,
        intent: Intent,
        behaviour: Behaviour,
        templates: Path | None = None,
        platform: str | None = "ios",
    ) -> Rig:
        """Return a router of a platform on which the change was typed.

        Raises:
            ImageRefusesError: the image takes a line of it otherwise.
            RouterError: no such router can have what the intent asks for.
        """
        clock, recipe = ManualClock(), recipe_for(intent, platform)
        intent = intent.spaced(recipe.trigger.spacing_ms)
        edition = EDITIONS[lab_platform(platform)]
        router = VirtualRouter(
            _base(intent), name="r1", clock=clock, behaviour=behaviour, edition=edition
        )
        dialect = Dialect(numbered_dynamic=behaviour.numbered_dynamic)
        binds_first = not behaviour.unbound_takes_entries
        running = router.running_text()
        deployment = _Deployment(intent, platform, dialect, binds_first, running, templates)
        _typed(router, _commands(deployment))
        router.save()
        return cls(router, clock, intent, _addresses())

    def rolling_over(self) -> Rig:
        """Return the same router as its log is about to number the millionth message."""
        behaviour = replace(self.router.behaviour, first_sequence=999_997)
        clock = ManualClock()
        router = VirtualRouter(
            self.router.startup,
            name="r1",
            clock=clock,
            behaviour=behaviour,
            edition=self.router.edition,
        )
        router.flash.update(self.router.flash)
        router.reload()
        return replace(self, router=router, clock=clock)

    def visitor(self) -> str:
        """Return an address from which nobody has come."""
        return next(self._visitors)

    def knock(self, knocks: Iterable[Knock], *sources: str, noise: Iterable[Knock] = ()) -> None:
        """Send knocks within the window, the sources taking turns, ``noise`` behind each.

        What a platform needs between two knocks, it needs between those of one source.
        """
        knocks, noise = tuple(knocks), tuple(noise)
        hurried_s = min(1.0, self.intent.window_seconds / max(1, len(knocks)) * 0.8)
        spacing_s = self.intent.timed_knock.spacing_ms / 1000
        pause_s = max(spacing_s / max(1, len(sources)), hurried_s)
        for each, source in zip(knocks, itertools.cycle(sources)):  # without an end
            self.send(each, source)
            for other in noise:
                self.send(other, source)
            self.clock.advance(pause_s)
        self.clock.advance(_RUN_S * len(knocks) * (1 + len(noise)))

    def forget(self) -> None:
        """Let a window and a second pass, so that what comes stands alone."""
        self.clock.advance(self.intent.window_seconds + 1)

    def expire(self) -> None:
        """Let the lifetime of an entry pass."""
        self.clock.advance(self.intent.timeout_minutes * 60 + 61)

    def is_open(self, source: str) -> bool:
        """Tell whether the first service is there for an address."""
        service = self.intent.services[0]
        protocol = "udp" if service.protocol.value == "udp" else "tcp"
        return self._send(protocol, service.port, source)

    def send(self, knock: Knock, source: str) -> bool:
        """Send one packet; tell whether it gets where it wants to."""
        return self._send(knock.protocol.value, knock.port, source)

    def _send(self, protocol: str, port: int, source: str) -> bool:
        packet = Packet(protocol, source, next(self._ports), _OUTSIDE.format(1), port)
        return self.router.arrives(packet, interface_name(self.intent.interface[0]))


def lab_platform(platform: str | None) -> Platform:
    """Return what the lab calls a platform of the inventory."""
    return "iosxe" if platform in platforms.IOS_XE else "ios"


def _base(intent: Intent) -> str:
    """Return a router that has the interfaces of an intent, and whatever else it needs."""
    lines = ["service timestamps log datetime msec", "hostname r1", "ip cef"]
    lines += ["logging buffered 262144 informational"]
    is_new = intent.new_acl_entries is not None
    acl = intent.acl_name
    if intent.enforcement == "zone":
        lines.append("zone security OUTSIDE")
    for number, name in enumerate(interface_names(intent.interface), start=1):
        lines += [f"interface {name}"]
        lines += [f" ip address {_OUTSIDE.format(number)} 255.255.255.255"]
        if intent.enforcement == "zone":
            lines.append(" zone-member security OUTSIDE")
        if not is_new and intent.enforcement == "interface-acl":
            lines.append(f" ip access-group {acl} in")
    lines += ["interface Loopback0", " ip address 10.255.255.1 255.255.255.255"]
    if not is_new and intent.enforcement == "interface-acl":
        lines += [header(acl), " permit ip any any"]
    return "\n".join([*lines, AGGREGATE, "line vty 0 15", ""])


@dataclass(frozen=True, slots=True)
class _Deployment:
    """What a plan depends on: most behaviours change none of it."""

    intent: Intent = field(hash=False)
    platform: str | None
    dialect: Dialect
    binds_first: bool
    running: str
    templates: Path | None


@lru_cache(maxsize=8)
def _commands(deployment: _Deployment) -> tuple[tuple[Command, bytes], ...]:
    """Return what a deployment types, once it knows the image; the content of a file with it."""
    intent, recipe = deployment.intent, recipe_for(deployment.intent, deployment.platform)
    running = Running(parse(deployment.running))
    at = recipe.place(running, intent, deployment.dialect)
    terms = Terms(intent, recipe, dialect=deployment.dialect, binds_first=deployment.binds_first)
    made = plan(running, Deployed(wanted(recipe, intent, at, deployment.templates), at), terms)
    contents = recipe.files(at)
    return tuple(
        (each, contents[path_and_digest(each.line)[1]] if is_file(each.line) else b"")
        for each in made.commands
    )


def _typed(router: VirtualRouter, commands: Iterable[tuple[Command, bytes]]) -> None:
    line = router.lines.open_line("ops", "10.255.255.2")
    assert line is not None  # noqa: S101  # nobody else is there
    mode: tuple[str, ...] = ()
    for command, content in commands:
        if content:
            path, _ = path_and_digest(command.line)
            router.flash[path.partition(":")[2].lstrip("/")] = content.decode()
            continue
        if mode != command.parents:
            router.left_configuration(line, mode)
            mode = ()
        for text in (*command.parents[len(mode) :], command.line):
            entered, answer = router.configure(mode, text)
            if answer:
                raise ImageRefusesError(text, mode)
            mode = entered or ()
    router.left_configuration(line, mode)
    router.lines.close_line(line)


def _addresses() -> Iterator[str]:
    return (f"198.18.{number // 250}.{number % 250 + 1}" for number in itertools.count())
