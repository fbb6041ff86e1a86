"""Is a knock heard, and is who knocks let in? What a configuration tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from planning import make_plan, render, survey

from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import outline, parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.recipe.grant.numbered_ace import NumberedAce
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import Knock, KnockSequence

PORTS = [46543, 28654, 40204, 57566, 34515]
ROUTER = (
    "version 15.4\nservice timestamps log datetime msec\nlogging buffered 262144 informational\n"
    "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"
    "interface GigabitEthernet0/1\n ip address 10.1.1.1 255.255.255.0\ncontrol-plane\n"
)
ZONED = ROUTER.replace(
    "interface GigabitEthernet0/1\n",
    " zone-member security OUT\ninterface GigabitEthernet0/1\n",
).replace(
    "control-plane\n",
    "policy-map type inspect THEIRS\n class class-default\n  pass\nzone security OUT\n"
    "zone-pair security IN source OUT destination self\n service-policy type inspect THEIRS\n"
    "control-plane\n",
)
KINDS: dict[str, dict[str, Any]] = {
    "applet": {},
    "tcl": {"engine": "tcl"},
    "tcl with decoys": {"engine": "tcl", "decoys": 3},
    "copp": {"enforcement": "copp"},
    "zone": {"enforcement": "zone"},
    "xe applet": {"platform": "iosxe"},
    "xe tcl": {"platform": "iosxe", "engine": "tcl"},
}


def deployed(kind: str) -> tuple[Recipe, Intent, Node, Node, Placement]:
    """Return recipe, intent, the configuration before and after a deployment, and its place."""
    changes = {**KINDS[kind]}
    platform = changes.pop("platform", "ios")
    intent = intent_from(
        {
            "ports": PORTS,
            "services": ["22/tcp"],
            "interface": "GigabitEthernet0/0",
            "new_acl_entries": ["permit ip any any"],
            **changes,
        }
    )
    before = parse(ZONED if kind == "zone" else ROUTER)
    at = survey(before, intent, platform=platform)
    wanted = outline(render(intent, at, platform=platform))
    after = make_plan(before, wanted, intent, platform=platform).after
    return recipe_for(intent, platform), intent, before, after, at


@pytest.mark.parametrize("kind", KINDS)
def test_a_knock_is_heard_by_who_waits_for_it_in_its_order(kind: str) -> None:
    recipe, intent, before, after, _ = deployed(kind)
    hears, right = recipe.engine.hears, intent.sequence
    assert hears(after, intent, right)
    assert not hears(before, intent, right)
    others = KnockSequence((*right.knocks[:-1], Knock(34516)))
    assert not hears(after, intent, others)
    if "tcl" in kind:  # an applet's order is in its conditions: nobody reads those
        assert not hears(after, intent, right.reversed())
        text = to_text(after)
        (line,) = (each for each in text.splitlines() if each.startswith("event manager policy "))
        assert not hears(parse(text.replace(f"{line}\n", "")), intent, right)


@pytest.mark.parametrize("kind", KINDS)
def test_policies_are_called_as_the_event_manager_lists_them(kind: str) -> None:
    recipe, _, _, after, at = deployed(kind)
    header = ("event manager applet ", "event manager policy ")
    names = [node.text.split()[3] for node in after.children if node.text.startswith(header)]
    assert sorted(recipe.engine.policies(at)) == sorted(names) != []


def test_a_group_that_somebody_added_to_is_not_what_the_policy_counts() -> None:
    recipe, intent, _, after, _ = deployed("tcl with decoys")
    text = to_text(after)
    assert not recipe.engine.hears(
        parse(text.replace(" udp eq 34515\n", " udp eq 34515\n udp eq 5\n")),
        intent,
        intent.sequence,
    )


@pytest.mark.parametrize("kind", ["applet", "copp", "zone", "xe applet"])
def test_what_lets_in_is_bound_once_it_is_deployed(kind: str) -> None:
    recipe, _, before, after, at = deployed(kind)
    assert recipe.enforcement.is_bound(after, at)
    assert not recipe.enforcement.is_bound(before, at)
    unbound = {"copp": " service-policy input ", "zone": "zone-pair ", "": " ip access-group "}
    line = unbound.get(kind, unbound[""])
    lines = [each for each in to_text(after).splitlines() if not each.startswith(line)]
    assert not recipe.enforcement.is_bound(parse("\n".join(lines) + "\n"), at)


def test_knocks_are_dropped_and_logged_before_the_class_that_shuts_drops_anything() -> None:
    """Of a class without `drop` nothing is logged (ios-facts §1.2): no knock would be heard."""
    recipe, _, before, after, at = deployed("copp")
    first, last = recipe.enforcement.stages(Running(before), after, at, binds_first=False)
    policy = f"policy-map {at.names.copp_policy}"
    drops = [
        {
            node.text.removeprefix("class ")
            for node in each.section(policy).children
            if node.children
        }
        for each in (first, last)
    ]
    assert drops == [{at.names.copp_class}, {at.names.copp_class, at.names.shut_class}]


MADE = "permit tcp host 198.51.100.7 gt 0 host 203.0.113.10 eq 22"
LIST = ("ip access-list extended WAN",)


@pytest.mark.parametrize(
    ("parents", "line", "is_made"),
    [
        (LIST, MADE, True),
        (LIST, f" {MADE}", True),
        (LIST, MADE.replace("eq 22", "eq 443").replace("tcp", "udp"), True),
        (LIST, MADE.replace(" gt 0", ""), False),
        (LIST, MADE.replace("permit", "deny"), False),
        (LIST, MADE.replace("host 198.51.100.7", "any"), False),
        ((), MADE, False),
        (("ip access-list standard WAN",), MADE, False),
        (("event manager applet X", *LIST), MADE, False),
    ],
)
def test_what_a_knock_made_is_known_by_its_mark(
    parents: tuple[str, ...], line: str, *, is_made: bool
) -> None:
    assert NumberedAce().is_temporary(parents, line) is is_made
