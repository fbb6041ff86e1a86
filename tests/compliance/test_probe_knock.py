"""A probe's own knock opens for who probes and nobody else, and tells nothing of the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from unittest import mock

import pytest
from access.support import hurried, run
from e2e.support import STRICT, intend, lab, snapshot

from knockdeploy.errors import InputError, UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.knock.client import send_knock
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.plan.diff import as_text, planned
from knockdeploy.plan.model import Deployed, Plan, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running
from knockdeploy.rehearsal.rig import Rig
from knockdeploy.secrets import Masker
from knockdeploy.sequence import Knock, KnockSequence
from knockdeploy.tasks.check import check as check_task
from knockdeploy.tasks.deploy import deploy
from knockdeploy.tasks.remove import remove

REAL = (46543, 28654, 40204, 57566, 34515, 51111)
PROBE = (29011, 41877, 33540, 27406, 39983)
STRAY = 20000
PROBER, STRANGER = "198.51.100.7", "198.51.100.99"
KNOCK: dict[str, Any] = {
    "ports": list(REAL), "services": ["22/tcp"], "interface": "GigabitEthernet0/0",
    "new_acl_entries": ["permit ip any any"], "timeout_minutes": 30,
}  # fmt: skip
PROBES: dict[str, Any] = {"probe_ports": list(PROBE), "probe_sources": [PROBER, "192.0.2.9"]}
BASE = """
service timestamps log datetime msec
logging buffered 262144 informational
hostname r1
interface GigabitEthernet0/0
 ip address 198.51.100.1 255.255.255.0
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
control-plane
"""


@dataclass(frozen=True)
class Kind:
    """A kind of door, and how long at most what a probe opens stands there."""

    platform: str = "ios"
    most_s: int = 60
    knock: dict[str, Any] = field(default_factory=dict)

    def intent(self, **knock: object) -> Intent:
        return intent_from({**KNOCK, **self.knock, **knock})

    @property
    def recipe(self) -> Recipe:
        return recipe_for(self.intent(), self.platform)

    def changed(self, config: Node, intent: Intent) -> Plan:
        running, recipe = Running(config), recipe_for(intent, self.platform)
        at = recipe.place(running, intent)
        return plan(running, Deployed(wanted(recipe, intent, at), at), Terms(intent, recipe))


KINDS = {
    "interface-acl": Kind(),
    "copp": Kind(knock={"enforcement": "copp"}),
    "tcl": Kind(knock={"engine": "tcl"}),
    "iosxe": Kind("cisco_xe", most_s=120, knock={"window_seconds": 20}),
    "iosxe-tcl": Kind("cisco_xe", most_s=120, knock={"window_seconds": 20, "engine": "tcl"}),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param.endswith("tcl"):
        request.getfixturevalue("tclsh")
    return KINDS[request.param]


@pytest.fixture
def door(kind: Kind) -> Rig:
    return Rig.set(kind.intent(**PROBES), Behaviour(), platform=kind.platform)


def sections(config: Node) -> dict[str, str]:
    return {node.text: to_text(node) for node in config.children}


def knock(door: Rig, ports: Sequence[int], source: str) -> None:
    door.knock(map(Knock, ports), source)


def test_probe_opens_for_a_minute_and_for_nobody_but_the_prober(door: Rig, kind: Kind) -> None:
    knock(door, PROBE, STRANGER)
    assert not door.is_open(STRANGER)
    door.forget()
    knock(door, PROBE[::-1], PROBER)
    assert not door.is_open(PROBER)
    door.forget()
    knock(door, (*PROBE[:4], STRAY), PROBER)
    assert not door.is_open(PROBER)
    door.forget()
    knock(door, PROBE, PROBER)
    assert door.is_open(PROBER)
    assert not door.is_open(STRANGER)
    door.clock.advance(kind.most_s + 1)
    assert not door.is_open(PROBER)


def test_the_real_knock_works_beside_a_probe(door: Rig) -> None:
    woven = [*zip(PROBE, REAL, strict=False), (STRAY, REAL[-1])]
    door.knock(map(Knock, chain(*woven)), PROBER, STRANGER)
    assert door.is_open(PROBER)
    assert door.is_open(STRANGER)
    door.clock.advance(29 * 60)
    assert door.is_open(STRANGER)
    assert not door.is_open(PROBER)


def test_who_probes_opens_by_the_real_knock_as_everybody_does(door: Rig) -> None:
    knock(door, REAL, PROBER)
    door.clock.advance(29 * 60)
    assert door.is_open(PROBER)


@pytest.mark.parametrize("kind", ["interface-acl", "tcl"], indirect=True)
def test_a_probe_spoils_nothing_that_its_own_source_knocks(door: Rig) -> None:
    knock(door, (*REAL[:3], *PROBE, *REAL[3:]), PROBER)
    door.clock.advance(29 * 60)
    assert door.is_open(PROBER)


def test_ports_of_probes_are_dropped_as_knocks_are(door: Rig) -> None:
    for port in (*PROBE, *REAL):
        assert not door.send(Knock(port), STRANGER)


def test_difference_shows_no_port_and_goes_away_with_the_key(kind: Kind) -> None:
    intent = kind.intent(**PROBES)
    mask = Masker(intent.silent, b"k" * 32, kind.recipe.secrets(intent.names))
    deployed = kind.changed(parse(BASE), kind.intent()).after
    probed = kind.changed(deployed, intent)
    shown = as_text(planned(probed), mask)
    assert "eq <probe 5>" in shown
    assert ("_knock_Probers" in shown) == ("EEM_Knock_Probe" not in shown)
    assert not any(str(port) in shown for port in (*PROBE, *REAL))
    assert list(kind.changed(probed.after, intent).steps) == []
    without = kind.changed(probed.after, kind.intent()).after
    assert sections(without) == sections(deployed)


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


@pytest.mark.parametrize(
    ("kind", "knock", "says"),
    [
        ("iosxe", {"ports": list(REAL[:5]), "probe_ports": [*PROBE, STRAY], "window_seconds": 5},
         "6 knocks take more than 5 s"),
        ("iosxe", {"names": {"probe_applet": "EEM_Knock_Close"}}, "the applet that shuts"),
        ("tcl", {"probe_ports": [*PROBE[:4], 4500]}, "IOS calls one of them non500-isakmp"),
    ],
)  # fmt: skip
def test_what_a_platform_cannot_hear_is_refused(
    kind: str, knock: dict[str, Any], says: str
) -> None:
    with pytest.raises(UnsupportedError, match=says):
        recipe_for(KINDS[kind].intent(**{**PROBES, **knock}), KINDS[kind].platform)


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
        assert "probes open only for 127.66.0.1" in checked["findings"][0]["message"]
        assert run(running, remove, allows_opening=True)["status"] == "removed"
        assert snapshot(running).running == before.running
