"""The pair of zones to the router itself, and whose policy it has."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from planning import make_plan, make_removal, render, survey

from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.model import Plan

CASE = Path(__file__).parent.parent / "cases" / "zone-no-pair"
INTENT = intent_from(yaml.safe_load((CASE / "intent.yaml").read_text()))
PAIR = "zone-pair security ZP_Zone_Knock source INTERNET destination self"
OURS = "policy-map type inspect PM_Zone_Knock"
IN = "policy-map type inspect IN"
THEIRS = f"{IN}\n class class-default\n  pass\n"


def plan(running: Node) -> Plan:
    wanted = parse(render(INTENT, survey(running, INTENT)))
    return make_plan(running, wanted, INTENT, allow_open=True)


@pytest.fixture(params=["ours is left", "ours is gone"])
def replaced(request: pytest.FixtureRequest) -> Node:
    deployed = plan(parse((CASE / "running.cfg").read_text())).after
    bound = Node(PAIR, (Node("service-policy type inspect IN"),))
    config = deployed.put((PAIR,), bound)
    rest = tuple(n for n in config.children if n.text != OURS or request.param == "ours is left")
    return config.with_children((*rest, *parse(THEIRS).children))


def test_our_classes_go_into_the_policy_that_filters_now(replaced: Node) -> None:
    planned = plan(replaced)
    entered = [each.line for each in planned.commands if each.parents == (IN,)]
    assert entered == [f"class type inspect CM_Zone_Knock{end}" for end in ("", "_In", "_Shut")]
    assert plan(planned.after).commands == ()


@pytest.mark.parametrize("deploys_first", [False, True])
def test_a_removal_leaves_the_pair_with_their_policy_and_nothing_of_ours(
    replaced: Node, *, deploys_first: bool
) -> None:
    start = plan(replaced).after if deploys_first else replaced
    after = make_removal(start, INTENT, allow_open=True).after
    assert after.child(PAIR) == replaced.child(PAIR)
    rest = after.with_children(tuple(n for n in after.children if n.text != PAIR))
    assert to_text(rest) == f"{(CASE / 'running.cfg').read_text()}{THEIRS}"


def test_a_removal_opens_the_door_before_all_else() -> None:
    """ios-facts-more §A: the policy leaves the pair first."""
    config = plan(parse((CASE / "running.cfg").read_text())).after
    first = make_removal(config, INTENT, allow_open=True).commands[0]
    assert (first.parents, first.line) == ((PAIR,), "no service-policy type inspect PM_Zone_Knock")


def test_from_a_policy_of_theirs_the_class_that_drops_goes_first(replaced: Node) -> None:
    removal = make_removal(plan(replaced).after, INTENT, allow_open=True)
    assert [(each.parents, each.line) for each in removal.commands[:3]] == [
        ((IN,), f"no class type inspect CM_Zone_Knock{end}") for end in ("_Shut", "_In", "")
    ]
