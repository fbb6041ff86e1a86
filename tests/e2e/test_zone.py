"""Enforcement zone: proved by knocks through the zone, checked, fixed and taken off again."""

from __future__ import annotations

import pytest

from knockdeploy.ios.tree import to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.fabric import Fabric

from .support import NEW, change, intend, knockdeploy, lab, snapshot
from .test_real_knocks import STRANGER, sources

pytestmark = pytest.mark.lab

ZONES = (
    "zone security INTERNET", "zone security LAN",
    "interface GigabitEthernet0/0", "zone-member security INTERNET",
    "interface GigabitEthernet0/1", "zone-member security LAN",
)  # fmt: skip
BARE = ("zone-pair security in source INTERNET destination self",)
THEIRS = (
    "ip access-list extended VPN", "permit udp any any eq isakmp", "permit esp any any",
    "class-map type inspect match-any VPN", "match access-group name VPN",
    "policy-map type inspect IN", "class type inspect VPN", "pass",
    *BARE, "service-policy type inspect IN",
)  # fmt: skip
ANSWERS_DROPPED = (
    "policy-map type inspect OUT", "class class-default", "drop",
    "zone-pair security out source self destination INTERNET", "service-policy type inspect OUT",
)  # fmt: skip
ROUTERS = {"no pair": (), "a pair without a policy": BARE, "their policy": THEIRS}
OURS = {"their policy": "IN"}


def zoned(running: Fabric, *lines: str) -> None:
    change(running, *ZONES, *lines, saved=True)
    intend(running, enforcement="zone")


@pytest.mark.parametrize("kind", ROUTERS)
def test_router_is_proved_knocked_at_checked_fixed_and_as_before(kind: str) -> None:
    with lab(kind=NEW) as running:
        zoned(running, *ROUTERS[kind])
        before = snapshot(running)
        deployed = knockdeploy(running, "deploy", "--yes", "--json")
        assert deployed.host()["status"] == "deployed", deployed.out + deployed.err
        assert deployed.host()["proof"]["level"] == "door"
        assert knockdeploy(running, "plan").status == 0
        assert knockdeploy(running, "check").status == 0

        assert knockdeploy(running, "knock", "r1", "--source", STRANGER).status == 0
        assert sources(running, running.routers["r1"]) == [STRANGER]

        policy = f"policy-map type inspect {OURS.get(kind, 'PM_Zone_Knock')}"
        drifts = (
            ("zone-policy", policy, "class type inspect CM_Zone_Knock_Shut", "pass"),
            ("zone-policy", policy, "no class type inspect CM_Zone_Knock_In"),
            ("access-list", "ip access-list extended ACL_Zone_Knock_Shut", "no 10"),
        )
        for rule, *lines in drifts:
            change(running, *lines)
            found = knockdeploy(running, "check", "--json").host()["findings"]
            assert rule in {each["rule"] for each in found}
            fixed = knockdeploy(running, "deploy", "--yes", "--no-proof")
            assert fixed.status == 0, fixed.out + fixed.err
            assert knockdeploy(running, "check").status == 0, rule
        removed = knockdeploy(running, "remove", "--yes", "--open")
        assert removed.status == 0, removed.out + removed.err
        assert snapshot(running) == before


def test_answers_that_the_way_out_drops_are_those_of_inspected_sessions() -> None:
    """With self to outside policed, pass in needs pass out (ios-facts-more §A)."""
    with lab(kind=NEW) as running:
        zoned(running, *THEIRS, *ANSWERS_DROPPED)
        deployed = knockdeploy(running, "deploy", "--yes", "--json")
        assert deployed.host()["proof"]["level"] == "door", deployed.out + deployed.err
        text = to_text(snapshot(running).running)
        assert " class type inspect CM_Zone_Knock_In\n  inspect\n" in text
        assert " class type inspect CM_Zone_Knock\n  pass\n" in text


@pytest.mark.parametrize(
    "behaviour",
    [Behaviour(unbound_takes_entries=False), Behaviour(class_default="none")],
    ids=["unbound lists take no entries", "class-default is not printed"],
)
def test_it_is_proved_under_what_is_not_known(behaviour: Behaviour) -> None:
    with lab(kind=NEW, behaviour=behaviour) as running:
        zoned(running)
        deployed = knockdeploy(running, "deploy", "--yes", "--json")
        assert deployed.host()["proof"]["level"] == "door", deployed.out + deployed.err
        assert knockdeploy(running, "plan").status == 0
