"""A probe's own knock opens for who probes and nobody else, and tells nothing of the real one."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from access.support import hurried, run
from e2e.support import STRICT, intend, lab, snapshot
from planning import make_plan

from knockdeploy.errors import InputError, UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.acl import Packet
from knockdeploy.ios.parse import outline, parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.knock.client import send_knock
from knockdeploy.lab import configs
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.plan.diff import as_text, planned
from knockdeploy.recipe.platforms import CLASSIC_IOS, recipe_for
from knockdeploy.recipe.rendering import render
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Masker
from knockdeploy.sequence import Knock, KnockSequence
from knockdeploy.tasks.check import check as check_task
from knockdeploy.tasks.deploy import deploy
from knockdeploy.tasks.remove import remove

REAL = (46543, 28654, 40204, 57566, 34515)
PROBE = (29011, 41877, 33540, 27406, 39983)
OUTSIDE, WAN = "198.51.100.1", "GigabitEthernet0/0"
PROBER, STRANGER = "198.51.100.7", "198.51.100.99"
KNOCK: dict[str, Any] = {
    "ports": list(REAL), "services": ["22/tcp"], "interface": WAN,
    "new_acl_entries": ["permit ip any any"], "timeout_minutes": 30,
}  # fmt: skip
PROBES: dict[str, Any] = {"probe_ports": list(PROBE), "probe_sources": [PROBER, "192.0.2.9"]}
BARE = parse(configs.starting(0, "r1", "10.0.0.1", OUTSIDE).text)


def changed(config: Node, intent: Intent) -> Node:
    at = recipe_for(intent).place(Running(config), intent)
    return make_plan(config, outline(render(recipe_for(intent), intent, at)), intent).after


class Door:
    """A router to which this was deployed, and its clock."""

    def __init__(self, **knock: object) -> None:
        self.clock = ManualClock()
        config = changed(BARE, intent_from({**KNOCK, **PROBES, **knock}))
        self.router = VirtualRouter(to_text(config), name="r1", clock=self.clock)

    def knock(self, ports: tuple[int, ...], source: str) -> None:
        for port in ports:
            self.router.arrives(Packet("udp", source, 50000, OUTSIDE, port), WAN)
            self.clock.advance(0.4)

    def is_open(self, source: str) -> bool:
        return self.router.arrives(Packet("tcp", source, 50000, OUTSIDE, 22), WAN)


@pytest.fixture(params=["interface-acl", "copp"])
def door(request: pytest.FixtureRequest) -> Door:
    return Door(enforcement=request.param)


def test_probe_opens_for_a_minute_and_for_nobody_but_the_prober(door: Door) -> None:
    door.knock(PROBE, STRANGER)
    assert not door.is_open(STRANGER)
    door.clock.advance(11)
    door.knock(PROBE[::-1], PROBER)
    assert not door.is_open(PROBER)
    door.clock.advance(11)
    door.knock(PROBE, PROBER)
    assert door.is_open(PROBER)
    assert not door.is_open(STRANGER)
    door.clock.advance(61)
    assert not door.is_open(PROBER)


def test_the_real_knock_works_beside_a_probe(door: Door) -> None:
    for probed, knocked in zip(PROBE, REAL, strict=True):
        door.knock((probed,), PROBER)
        door.knock((knocked,), STRANGER)
    assert door.is_open(PROBER)
    assert door.is_open(STRANGER)
    door.clock.advance(29 * 60)
    assert door.is_open(STRANGER)


def test_ports_of_probes_are_dropped_as_knocks_are() -> None:
    door = Door()
    for port in (*PROBE, *REAL):
        assert not door.router.arrives(Packet("udp", STRANGER, 50000, OUTSIDE, port), WAN)


def test_difference_shows_no_port_and_goes_away_with_the_key() -> None:
    intent = intent_from({**KNOCK, **PROBES})
    mask = Masker(intent.silent, b"k" * 32, CLASSIC_IOS.secrets(intent.names))
    deployed = changed(BARE, intent_from(KNOCK))
    at = recipe_for(intent).place(Running(deployed), intent)
    plan = make_plan(deployed, outline(render(CLASSIC_IOS, intent, at)), intent)
    shown = as_text(planned(plan), mask)
    assert "udp eq <probe 5>" in shown
    assert "event manager applet EEM_Knock_Probe" in shown
    assert not any(str(port) in shown for port in (*PROBE, *REAL))
    assert to_text(changed(plan.after, intent_from(KNOCK))) == to_text(deployed)


@pytest.mark.parametrize(
    ("knock", "says"),
    [
        ({"probe_ports": list(PROBE)}, "probe_ports and probe_sources go together"),
        ({"probe_sources": [PROBER]}, "probe_ports and probe_sources go together"),
        ({**PROBES, "probe_ports": [*PROBE[:4], REAL[0]]}, "probe_ports has a port of ports"),
        ({**PROBES, "probe_ports": list(PROBE[:2])}, "2 ports are too few"),
        ({**PROBES, "probe_sources": ["192.0.2.0/24"]}, "is not an IPv4 address"),
        ({**PROBES, "probe_sources": [f"192.0.2.{n}" for n in range(1, 5)]}, "at most 3"),
        ({**PROBES, "names": {"probe_applet": "EEM_Knock"}}, "applet and probe_applet are"),
    ],
)  # fmt: skip
def test_mistakes_get_a_sentence(knock: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as raised:
        intent_from({**KNOCK, **knock})
    assert not any(str(port) in str(raised.value) for port in (*PROBE, *REAL))


@pytest.mark.parametrize(("engine", "platform"), [("tcl", "ios"), ("applet", "iosxe")])
def test_an_engine_that_hears_one_knock_is_refused(engine: str, platform: str) -> None:
    with pytest.raises(UnsupportedError, match=f"probe_ports with engine: {engine} on {platform}"):
        recipe_for(intent_from({**KNOCK, **PROBES, "engine": engine}), platform)


@pytest.mark.lab
def test_check_sends_the_knock_of_probes_and_no_other() -> None:
    sent: list[KnockSequence] = []

    def noted(address: str, sequence: KnockSequence, **how: Any) -> None:
        sent.append(sequence)
        send_knock(address, sequence, **how)

    with lab(kind=STRICT) as running, hurried():
        before = snapshot(running)
        intend(running, probe_ports=list(PROBE), probe_sources=["127.0.0.1"])
        assert run(running, deploy, proves=False)["status"] == "deployed"
        with mock.patch("knockdeploy.knock.visitor.send_knock", noted):
            checked = run(running, check_task, probes=True)
            assert (checked["status"], checked["findings"]) == ("compliant", [])
            right = KnockSequence(tuple(map(Knock, PROBE)))
            assert sent == [right.reversed(), right]
            intend(running, probe_sources=["127.66.0.1"])
            assert run(running, deploy, proves=False)["status"] == "deployed"
            checked = run(running, check_task, probes=True)
        assert checked["status"] == "drifted"
        assert "probes open for 127.66.0.1 alone" in checked["findings"][0]["message"]
        assert run(running, remove, allows_opening=True)["status"] == "removed"
        assert snapshot(running).running == before.running
