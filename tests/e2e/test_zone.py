"""Enforcement zone: the way out, and what nobody knows; test_matrix has all that is usual."""

from __future__ import annotations

import pytest

from knockdeploy.ios.tree import to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.fabric import Fabric

from .support import NEW, by_the_outside, change, intend, knockdeploy, lab, snapshot
from .zoned import ANSWERS_DROPPED, TAKES_SSH, ZONES

pytestmark = pytest.mark.lab
UNKNOWN = Behaviour(unbound_takes_entries=False, class_default="none", bare_pair="drops")
"""A pair without a policy lets nothing in: whoever comes that way swaps it all the same."""


def zoned(running: Fabric, name: str, *lines: str) -> None:
    change(running, *ZONES, *lines, name=name, saved=True)
    intend(running, enforcement="zone")


def test_it_is_proved_under_what_is_not_known_by_whoever_comes_that_way() -> None:
    theirs = {"r1": TAKES_SSH, "r2": ()}
    with lab(2, kind=NEW, behaviour=UNKNOWN) as running:
        intend(running, access="knock", knock_only=True)
        for name, lines in theirs.items():
            zoned(running, name, *lines)
            by_the_outside(running, name)
        before = {name: snapshot(running, name) for name in theirs}
        deployed = knockdeploy(running, "deploy", "--yes", "--json").document["hosts"]
        levels = {name: (host["proof"] or {}).get("level") for name, host in deployed.items()}
        assert levels == dict.fromkeys(theirs, "door"), deployed
        assert knockdeploy(running, "plan").status == 0
        removed = knockdeploy(running, "remove", "--yes", "--open")
        assert removed.status == 0, removed.out + removed.err
        assert {name: snapshot(running, name) for name in theirs} == before


def test_answers_that_the_way_out_drops_are_those_of_inspected_sessions() -> None:
    """With self to outside policed, pass in needs pass out (ios-facts-more §A)."""
    with lab(kind=NEW) as running:
        zoned(running, "r1", *TAKES_SSH, *ANSWERS_DROPPED)
        deployed = knockdeploy(running, "deploy", "--yes", "--no-proof")
        assert deployed.status == 0, deployed.out + deployed.err
        text = to_text(snapshot(running).running)
        assert " class type inspect CM_Zone_Knock_In\n  inspect\n" in text
        assert " class type inspect CM_Zone_Knock\n  pass\n" in text
