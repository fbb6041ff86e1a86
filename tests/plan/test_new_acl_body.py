"""A new ACL has the entries that the inventory says, of groups that the router has."""

from __future__ import annotations

import pytest
from situations import OUTSIDE, ROUTER, plan_of

from knockdeploy.errors import IntentError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node

GROUP = "object-group network OFFICES\n host 192.0.2.1\n"


def intent(entries: list[str] | None) -> Intent:
    base = {"ports": [46543, 28654, 40204, 57566, 34515], "services": ["22/tcp"]}
    return intent_from({**base, "interface": OUTSIDE, "new_acl_entries": entries})


def router(groups: str = "") -> Node:
    text = ROUTER.format(policy=groups, binding="", second="", acl="", host="")
    return parse(text)


def test_without_entries_no_acl_is_made_up() -> None:
    with pytest.raises(IntentError, match="nothing says what else to permit") as refused:
        plan_of(router(), intent(None))
    assert "knock.new_acl_entries" in refused.value.hint


def test_a_group_that_the_router_lacks_is_named_with_the_entry() -> None:
    """IOS answers such an entry with `%Failed to add ace to access-list`."""
    entry = "permit ip object-group OFFICES any"
    with pytest.raises(IntentError, match="no object-group OFFICES, which 'permit ip"):
        plan_of(router(), intent([entry]))
    assert plan_of(router(GROUP), intent([entry, "permit ip any any"])).commands


def test_entries_may_name_the_group_that_we_make() -> None:
    group = intent(None).names.service_group
    entries = [f"permit object-group {group} host 192.0.2.1 any", "permit ip any any"]
    assert plan_of(router(), intent(entries)).commands
