"""Every line of design §6 'Proof', in its order: the first line that holds."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from knockdeploy.intent import Service, intent_from
from knockdeploy.knock.proof import (
    Count,
    Level,
    Observations,
    judge_close,
    judge_open,
    must_revert,
    probed_service,
    whose,
)

US = "198.51.100.7"
OWN = "203.0.113.10"
DOOR = Observations(
    class_count=Count(0, 10),
    wrong_entries=(),
    right_entries=(US,),
    own_addresses=(OWN, "10.1.1.1"),
    management_sources=(IPv4Network("192.0.2.0/24"),),
    permit_count=Count(0, 10),
    answered_before=False,
    open_after=True,
)
MANAGED = (IPv4Network("192.0.2.0/24"), IPv4Network("198.51.100.0/24"))
STILL = Count(7, 7)

CLOSE: list[tuple[str, dict[str, Any], Level, str]] = [
    ("the rest", {}, Level.DOOR, "open after"),
    # unreached: our class's counter did not move, whatever else was seen
    ("no count moved", {"class_count": STILL}, Level.UNREACHED, "class"),
    ("unreached before failed", {"class_count": STILL, "right_entries": ()}, Level.UNREACHED, ""),
    ("unreached before wrong", {"class_count": STILL, "wrong_entries": (US,)}, Level.UNREACHED, ""),
    ("no count printed", {"class_count": Count(None, None)}, Level.DOOR, ""),
    ("half a count printed", {"class_count": Count(None, 0)}, Level.DOOR, ""),
    ("a counter cleared meanwhile", {"class_count": Count(9, 0)}, Level.DOOR, ""),
    # failed by entries
    ("entry after the wrong knock", {"wrong_entries": (US,)}, Level.FAILED, "wrong knock"),
    ("no entry", {"right_entries": ()}, Level.FAILED, "no entry"),
    (
        "no entry beside one that stands",
        {"right_entries": (), "standing": ("192.0.2.9",)},
        Level.FAILED,
        "beside those for 192.0.2.9",
    ),
    ("two entries", {"right_entries": (US, "192.0.2.9")}, Level.FAILED, "2 entries"),
    ("one entry in three lines", {"right_entries": (US, US, US)}, Level.DOOR, ""),
    ("entry for the router", {"right_entries": (OWN,)}, Level.FAILED, "own address"),
    ("entry for its other address", {"right_entries": ("10.1.1.1",)}, Level.FAILED, "own address"),
    # failed: nothing open after the right knock
    (
        "nothing open",
        {"open_after": False, "probed": "22/tcp at 203.0.113.10 port 22: refused"},
        Level.FAILED,
        "nothing answered after the right knock: 22/tcp at 203.0.113.10 port 22: refused",
    ),
    (
        "nothing open, though it answered before from a managed source",
        {"open_after": False, "answered_before": True, "management_sources": MANAGED},
        Level.FAILED,
        "nothing answered",
    ),
    # entry
    (
        "a managed source",
        {"answered_before": True, "management_sources": MANAGED},
        Level.ENTRY,
        "management source",
    ),
    (
        "another way in",
        {"answered_before": True, "permit_count": STILL},
        Level.ENTRY,
        "another way",
    ),
    (
        "our first entry could not be cleared",
        {"answered_before": True, "standing": (US,)},
        Level.ENTRY,
        "stayed",
    ),
    (
        "another's entry stands",
        {"answered_before": True, "standing": ("192.0.2.9",)},
        Level.FAILED,
        "before the right knock",
    ),
    ("no TCP service", {"open_after": None}, Level.ENTRY, "TCP"),
    ("no TCP service, managed", {"open_after": None, "answered_before": True}, Level.ENTRY, ""),
    ("a managed source, yet shut before", {"management_sources": MANAGED}, Level.DOOR, ""),
    ("another way, yet shut before", {"permit_count": STILL}, Level.DOOR, ""),
    # failed: something answered before the right knock otherwise
    ("open before", {"answered_before": True}, Level.FAILED, "before the right knock"),
    (
        "open before, count of the permit not printed: counts as moved",
        {"answered_before": True, "permit_count": Count(None, None)},
        Level.FAILED,
        "before the right knock",
    ),
    (
        "an entry that is no address",
        {"answered_before": True, "right_entries": ("any",)},
        Level.FAILED,
        "before the right knock",
    ),
]


@pytest.mark.parametrize(
    ("changes", "level", "reason"), [case[1:] for case in CLOSE], ids=[case[0] for case in CLOSE]
)
def test_close_is_judged_by_the_first_line_that_holds(
    changes: dict[str, Any], level: Level, reason: str
) -> None:
    verdict = judge_close(replace(DOOR, **changes))
    assert verdict.level is level
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, Level.ENTRY),
        ({"answered_before": True}, Level.ENTRY),
        ({"open_after": False}, Level.ENTRY),
        ({"permit_count": STILL}, Level.ENTRY),
        ({"class_count": STILL}, Level.UNREACHED),
        ({"class_count": STILL, "right_entries": ()}, Level.UNREACHED),
        ({"wrong_entries": (US,)}, Level.FAILED),
        ({"right_entries": ()}, Level.FAILED),
        ({"right_entries": (US, OWN)}, Level.FAILED),
        ({"right_entries": (OWN,)}, Level.FAILED),
    ],
)
def test_open_judges_counter_and_entries_alone(changes: dict[str, Any], level: Level) -> None:
    assert judge_open(replace(DOOR, **changes)).level is level


@pytest.mark.parametrize(
    ("level", "required", "when_reachable"),
    [
        (Level.UNREACHED, True, False),
        (Level.FAILED, True, True),
        (Level.ENTRY, False, False),
        (Level.DOOR, False, False),
    ],
)
def test_failed_reverts_and_unreached_where_a_proof_is_required(
    level: Level, required: bool, when_reachable: bool
) -> None:
    assert must_revert(level, "required") is required
    assert must_revert(level, "when-reachable") is when_reachable


def test_probed_is_the_first_tcp_service_that_answered_else_the_first() -> None:
    wanted = intent_from(
        {
            "ports": [46543, 28654, 40204, 57566, 34515],
            "services": ["500/udp", "22/tcp", "80/tcp", "443/tcp-udp"],
            "interface": "GigabitEthernet0/0",
        }
    )
    udp, ssh, http, https = wanted.services
    assert probed_service(wanted, {https, http}) == http
    assert probed_service(wanted, {udp}) == ssh
    assert probed_service(wanted, ()) == ssh
    only: tuple[Service, ...] = (udp,)
    assert probed_service(wanted.model_copy(update={"services": only}), {udp}) is None


def test_our_own_entry_counts_alone_where_it_is_known() -> None:
    assert whose({"192.0.2.9", US}, {US}) == (US,)
    assert whose({"192.0.2.9"}, {US}) == ("192.0.2.9",)  # we, behind NAT
    assert whose({OWN, US}, {US, OWN}) == (US, OWN)
    assert whose((), {US}) == ()


def test_each_failure_says_where_to_look() -> None:
    failures: tuple[dict[str, Any], ...] = (
        {"class_count": STILL},
        {"wrong_entries": (US,)},
        {"right_entries": ()},
        {"right_entries": (), "standing": (US,)},
        {"right_entries": (US, OWN)},
        {"right_entries": (OWN,)},
        {"open_after": False},
        {"answered_before": True},
    )
    hints = [judge_close(replace(DOOR, **changes)).hint for changes in failures]
    assert all(hints)
    assert "knock.outside_ports" in hints[-2]
