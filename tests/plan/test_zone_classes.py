"""Classes of ours in a firewall's policy, put right: each comes into its place (facts-more §A)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from planning import make_plan, render, survey

from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line

CASE = Path(__file__).parent.parent / "cases" / "zone-no-pair"
INTENT = intent_from(yaml.safe_load((CASE / "intent.yaml").read_text()))
POLICY = "policy-map type inspect PM_Zone_Knock"
CLASSES = tuple(f"class type inspect CM_Zone_Knock{end}" for end in ("", "_In", "_Shut"))


def plan(running: Node) -> Plan:
    wanted = parse(render(INTENT, survey(running, INTENT)))
    return make_plan(running, wanted, INTENT, allow_open=True)


DEPLOYED = plan(parse((CASE / "running.cfg").read_text())).after
KNOWN = {node.text: node for node in (DEPLOYED.child(POLICY) or Node("")).children}
DEFAULT = KNOWN["class class-default"]


def put_right(*lines: Node) -> Plan:
    """Plan for a router on which our policy has these lines; see that it is ours again."""
    drifted = DEPLOYED.put((POLICY,), Node(POLICY, lines))
    made = plan(drifted)
    assert to_text(made.after) == to_text(DEPLOYED)
    state = made.after
    for command in made.undo():
        state = type_line(state, command)
    assert to_text(state) == to_text(drifted)
    return made


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(order, id="-".join(each.rpartition("_")[2] for each in order) or "none")
        for count in range(4)
        for order in itertools.permutations(CLASSES, count)
    ],
)
def test_classes_come_into_their_order(order: Sequence[str]) -> None:
    """IOS puts a new one behind the others: what follows it has to go and come again."""
    commands = put_right(*(KNOWN[each] for each in order), DEFAULT).commands
    assert bool(commands) == (order != CLASSES)


@pytest.mark.parametrize(
    ("name", "action"),
    [(CLASSES[0], "drop"), (CLASSES[1], "drop"), (CLASSES[2], "pass"), (DEFAULT.text, "drop"),
     (CLASSES[1], "")],
)  # fmt: skip
def test_a_class_that_does_something_else_gets_its_action(name: str, action: str) -> None:
    other = Node(name, (Node(action),) if action else ())
    commands = put_right(
        *(other if each.text == name else each for each in KNOWN.values())
    ).commands
    assert all(each.parents == (POLICY, name) for each in commands)
