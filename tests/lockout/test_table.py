"""Who is refused, and who is carried through: nothing but configurations and the router's view."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from planning import make_rollback

from knockdeploy.errors import LockoutError
from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.operator import Operator

from .support import (
    BOUND,
    INSIDE,
    INSIDE_LIMITS,
    INTENT,
    LIMITS,
    OUTSIDE,
    US,
    deployed,
    plan_for,
    router,
)

BARE, LIMITED = router(), router(LIMITS, outside=BOUND)
LIMITED_INSIDE = router(INSIDE_LIMITS, inside=" ip access-group ACL_LAN in\n")
BY_OUTSIDE = Operator(US, OUTSIDE, "GigabitEthernet0/0")
BY_INSIDE = Operator(US, INSIDE, "GigabitEthernet0/1")
POOL, OTHER_POOL = ["198.51.100.0/29"], ["198.51.100.8/29"]
KNOCKS = {"access": "knock", "knock_only": True}
OTHER_PORTS = [31001, 30007, 31415, 30303, 31999]
SHORT = {"keep_established": False}

CARRIED: dict[str, tuple[str, Operator, dict[str, Any]]] = {
    "inside": (BARE, BY_INSIDE, {}),
    "inside-whose-own-list-limits": (LIMITED_INSIDE, BY_INSIDE, {}),
    "management-source": (BARE, BY_OUTSIDE, {"management_sources": [US]}),
    "management-source-of-a-limited-list": (LIMITED, BY_OUTSIDE, {"management_sources": [US]}),
    "management-source-without-established": (
        BARE,
        BY_OUTSIDE,
        {"management_sources": [US], **SHORT},
    ),
    "pool": (LIMITED, BY_OUTSIDE, {"management_sources": POOL}),
    "knocks": (BARE, BY_OUTSIDE, KNOCKS),
    "knocks-at-a-limited-list": (LIMITED, BY_OUTSIDE, KNOCKS),
    "unprotected-port": (BARE, Operator(US, OUTSIDE, "GigabitEthernet0/0", 2222), {}),  # rotary
    "unprotected-service": (BARE, BY_OUTSIDE, {"services": ["80/tcp"]}),
    "ipv6": (LIMITED, Operator("2001:db8::7"), {}),  # an ip access-group says nothing of it
}
REFUSED: dict[str, tuple[str, Operator, dict[str, Any], str]] = {
    "outside": (BARE, BY_OUTSIDE, {}, "a new session"),
    "limited-list": (LIMITED, BY_OUTSIDE, {}, "a new session"),
    "another-pool": (LIMITED, BY_OUTSIDE, {"management_sources": OTHER_POOL}, "a new session"),
    "session-under-way": (BARE, BY_OUTSIDE, SHORT, "the session under way"),
    "unclear-where-we-are": (BARE, Operator(US), {}, "a new session"),
    "unclear-where-we-are-though-a-way-leads-back-inside": (
        BARE,
        Operator(US, None, "GigabitEthernet0/1"),
        {},
        "a new session",
    ),
    "way-back-leads-outside": (
        BARE,
        Operator(US, INSIDE, "GigabitEthernet0/0"),
        {},
        f"to {INSIDE} by GigabitEthernet0/0",
    ),
    "way-back-leads-by-a-subinterface": (  # `show ip cef` leaves out what it is
        BARE.replace("GigabitEthernet0/0\n", "ATM0/0/0.1 point-to-point\n"),
        Operator(US, INSIDE, "ATM0/0/0.1"),
        {"interface": "ATM0/0/0.1"},
        f"to {INSIDE} by ATM0/0/0.1",
    ),
    "knocks-at-another-address": (  # our entries cover the outside address alone
        BARE,
        Operator(US, INSIDE, "GigabitEthernet0/0"),
        KNOCKS,
        f"to {INSIDE} by GigabitEthernet0/0",
    ),
    "nobody-tells-who-we-are": (BARE, Operator(None), {}, "does not show"),
}


@pytest.mark.parametrize("name", CARRIED)
def test_session_and_a_new_one_are_carried_through(name: str) -> None:
    text, operator, knock = CARRIED[name]
    plan = plan_for(text, operator, **knock)
    assert plan.steps
    assert not plan.warnings


@pytest.mark.parametrize("name", REFUSED)
def test_change_that_shuts_out_is_refused(name: str) -> None:
    text, operator, knock, says = REFUSED[name]
    with pytest.raises(LockoutError) as caught:
        plan_for(text, operator, **knock)
    assert says in caught.value.message
    if operator.source:
        assert caught.value.message.startswith("line '")
        assert f"{US} into knock.management_sources" in caught.value.hint
    assert caught.value.hint


def test_hint_names_the_key_that_keeps_the_session() -> None:
    with pytest.raises(LockoutError) as caught:
        plan_for(BARE, BY_OUTSIDE, **SHORT)
    assert "knock.keep_established: true" in caught.value.hint
    with pytest.raises(LockoutError) as caught:
        plan_for(BARE, BY_OUTSIDE)
    assert "knock.access: knock" in caught.value.hint


def test_hint_names_no_key_that_is_set_already() -> None:
    """To the inside address, by an interface that nobody names: what keeps sessions is there."""
    with pytest.raises(LockoutError, match="the session under way") as caught:
        plan_for(BARE, Operator(US, INSIDE))
    assert caught.value.hint.startswith(f"put {US} into knock.management_sources")


def test_without_cef_the_hint_says_why_the_way_in_is_not_known() -> None:
    """`show ip cef` tells it."""
    with pytest.raises(LockoutError) as caught:
        plan_for(BARE.replace("!", "no ip cef", 1), Operator(US, INSIDE))
    assert caught.value.hint.startswith("`ip cef` on the router")


@pytest.mark.parametrize("ports", [None, OTHER_PORTS])
def test_who_is_in_by_a_knock_may_change_a_door_that_is_shut(ports: list[int] | None) -> None:
    knock: dict[str, Any] = {"ports": ports} if ports else {"timeout_minutes": 5}
    text = deployed(BARE, **KNOCKS)
    assert plan_for(text, BY_OUTSIDE, **KNOCKS, **knock).steps


def test_who_comes_by_a_knock_is_not_left_with_one_that_nobody_here_has() -> None:
    then = deployed(BARE, **KNOCKS)
    now = parse(deployed(then, **KNOCKS, ports=OTHER_PORTS))
    rollback = partial(make_rollback, now, parse(then), operator=BY_OUTSIDE, allow_open=True)
    with pytest.raises(LockoutError, match="a new session") as caught:
        rollback(intent_from({**INTENT, **KNOCKS, "ports": OTHER_PORTS}))
    assert "knock.ports as they were" in caught.value.hint
    assert rollback(intent_from({**INTENT, **KNOCKS})).steps


def test_who_came_without_a_knock_is_told_nothing_of_knocks() -> None:
    then = deployed(BARE)
    now = parse(deployed(BARE, management_sources=[US]))
    with pytest.raises(LockoutError, match="a new session") as caught:
        make_rollback(now, parse(then), intent_from(INTENT), BY_OUTSIDE, allow_open=True)
    assert "come by another interface" in caught.value.hint
    assert "knock" not in caught.value.hint


def test_who_is_in_by_an_entry_may_not_withdraw_what_admits_him() -> None:
    text = deployed(BARE, management_sources=[US])
    with pytest.raises(LockoutError, match="a new session"):
        plan_for(text, BY_OUTSIDE)


def test_entry_that_is_unsure_and_left_as_it_is_is_no_concern() -> None:
    acl = LIMITS.replace("eq 22\n deny", "eq 2222 time-range WORK\n deny").replace(
        "eq 22", "eq 2222"
    )
    operator = Operator(US, OUTSIDE, "GigabitEthernet0/0", 2222)
    assert plan_for(router(acl, outside=BOUND), operator).steps
