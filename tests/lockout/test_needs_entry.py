"""Whose session rests on what a knock opened (the entry's end would cut it off)."""

from __future__ import annotations

from typing import Any

import pytest

from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.operator import Operator
from knockdeploy.plan.lockout import access_of, needs_entry
from knockdeploy.plan.model import Terms
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.running import Running

from .support import INSIDE, INTENT, OUTSIDE, US, deployed, router

SESSION, NEW = "the session under way", "a new session"
BY_OUTSIDE = Operator(US, OUTSIDE, "GigabitEthernet0/0")
SHORT = {"keep_established": False}


@pytest.mark.parametrize(
    ("operator", "knock", "needs"),
    [
        pytest.param(BY_OUTSIDE, {}, {NEW}, id="outside"),
        pytest.param(BY_OUTSIDE, SHORT, {NEW, SESSION}, id="outside-without-established"),
        pytest.param(Operator(US), SHORT, {NEW, SESSION}, id="nobody-tells-where"),
        pytest.param(
            BY_OUTSIDE, {**SHORT, "management_sources": [US]}, set(), id="management-source"
        ),
        pytest.param(Operator(US, INSIDE, "GigabitEthernet0/1"), SHORT, set(), id="inside"),
        pytest.param(Operator(US, OUTSIDE, "GigabitEthernet0/0", 2222), SHORT, set(), id="rotary"),
        # an ip access-group says nothing of IPv6
        pytest.param(Operator("2001:db8::7"), SHORT, set(), id="ipv6"),
        pytest.param(Operator(None), SHORT, set(), id="console"),
    ],
)
def test_who_is_in_by_an_entry_alone(
    operator: Operator, knock: dict[str, Any], needs: set[str]
) -> None:
    running, intent = Running(parse(deployed(router(), **knock))), intent_from({**INTENT, **knock})
    recipe = recipe_for(intent)
    terms = Terms(intent, recipe, operator)
    way = access_of(terms, recipe.find(running, intent), running.own_addresses)
    assert needs_entry(running.config, way) is (NEW in needs)
    assert needs_entry(running.config, way, new_session=False) is (SESSION in needs)
