"""Plans of the cases typed into a virtual router: the knock opens, for its source alone.

The lab reads IOS as the planner does, so this shows that the recipe's parts fit the router they
go into, and nothing about IOS.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from planning import make_plan, render, survey
from test_cases import CASES, _case

from knockdeploy.command import Command
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

CLIENT, STRANGER, OUTSIDE = "198.51.100.7", "198.51.100.99", "203.0.113.10"
PAUSE_S = 0.4
SHAPES = (
    "acl-numbered",
    "article-typed-bound",
    "article-typed-unbound",
    "copy-and-swap",
    "copy-and-swap-numbered",
    "copy-and-swap-two-interfaces",
    "gap-is-spent",
    "policy-of-our-name-is-theirs",
    "policy-on-the-control-plane",
    "policy-on-the-host-path",
    "policy-on-the-host-path-leaves-knocks-out",
    "two-interfaces-new-acl",
    "two-interfaces-share-an-acl",
)


class Router:
    """A virtual router with a case's configuration."""

    def __init__(self, folder: Path) -> None:
        case = _case(folder)
        self.dialect, self.intent, self.running = case.dialect, case.intent, case.running
        self.clock = ManualClock()
        behaviour = Behaviour(numbered_dynamic=self.dialect.numbered_dynamic)
        self.router = VirtualRouter(
            case.text("running.cfg"), name="r1", clock=self.clock, behaviour=behaviour
        )

    def plan(self, running: Node) -> tuple[Command, ...]:
        wanted = parse(render(self.intent, survey(running, self.intent, self.dialect)))
        return make_plan(running, wanted, self.intent, dialect=self.dialect).commands

    def type(self, commands: tuple[Command, ...]) -> None:
        line = self.router.lines.open_line("ops", "192.0.2.1")
        assert line is not None
        for parents, together in groupby(commands, key=lambda command: command.parents):
            mode: tuple[str, ...] | None = ()
            for text in (*parents, *(command.line for command in together)):
                mode, answer = self.router.configure(mode or (), text)
                assert not answer, text
            self.router.left_configuration(line, mode or ())
        self.router.lines.close_line(line)

    def knock(self) -> None:
        for knock in self.intent.ports:
            packet = Packet("udp", CLIENT, 50000, OUTSIDE, knock.port)
            self.router.arrives(packet, "GigabitEthernet0/0")
            self.clock.advance(PAUSE_S)

    def lets_in(self, source: str, port: int = 22) -> bool:
        packet = Packet("tcp", source, 50000, OUTSIDE, port)
        return self.router.arrives(packet, "GigabitEthernet0/0")


@pytest.mark.parametrize("name", SHAPES)
def test_the_knock_opens_for_its_source_alone(name: str) -> None:
    router = Router(CASES / name)
    router.type(router.plan(router.running))
    assert not router.lets_in(CLIENT)
    router.knock()
    assert router.lets_in(CLIENT)
    assert not router.lets_in(STRANGER)
    assert router.plan(router.router.running) == ()
