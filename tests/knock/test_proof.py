"""Every reason for which a proof has its level, in the order in which they are looked for."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest
from intents import an_intent

from knockdeploy.intent import Service
from knockdeploy.knock.proof import (
    Count,
    Observations,
    ProofLevel,
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

CLOSE: list[tuple[str, dict[str, Any], ProofLevel, str]] = [
    ("the rest", {}, ProofLevel.DOOR, "open after"),
    # unreached: our class's counter did not move, whatever else was seen
    ("no count moved", {"class_count": STILL}, ProofLevel.UNREACHED, "class"),
    (
        "unreached before failed",
        {"class_count": STILL, "right_entries": ()},
        ProofLevel.UNREACHED,
        "",
    ),
    (
        "unreached before wrong",
        {"class_count": STILL, "wrong_entries": (US,)},
        ProofLevel.UNREACHED,
        "",
    ),
    ("no count printed", {"class_count": Count(None, None)}, ProofLevel.DOOR, ""),
    ("half a count printed", {"class_count": Count(None, 0)}, ProofLevel.DOOR, ""),
    ("a counter cleared meanwhile", {"class_count": Count(9, 0)}, ProofLevel.DOOR, ""),
    # failed by entries
    ("entry after the wrong knock", {"wrong_entries": (US,)}, ProofLevel.FAILED, "wrong knock"),
    ("no entry", {"right_entries": ()}, ProofLevel.FAILED, "no entry"),
    (
        "no entry beside one that stands",
        {"right_entries": (), "standing": ("192.0.2.9",)},
        ProofLevel.FAILED,
        "beside those for 192.0.2.9",
    ),
    ("two entries", {"right_entries": (US, "192.0.2.9")}, ProofLevel.FAILED, "2 entries"),
    ("one entry in three lines", {"right_entries": (US, US, US)}, ProofLevel.DOOR, ""),
    ("entry for the router", {"right_entries": (OWN,)}, ProofLevel.FAILED, "own address"),
    (
        "entry for its other address",
        {"right_entries": ("10.1.1.1",)},
        ProofLevel.FAILED,
        "own address",
    ),
    # failed: nothing open after the right knock
    (
        "nothing open",
        {"open_after": False, "probed": "22/tcp at 203.0.113.10 port 22: refused"},
        ProofLevel.FAILED,
        "nothing answered after the right knock: 22/tcp at 203.0.113.10 port 22: refused",
    ),
    (
        "nothing open, though it answered before from a managed source",
        {"open_after": False, "answered_before": True, "management_sources": MANAGED},
        ProofLevel.FAILED,
        "nothing answered",
    ),
    # entry
    (
        "a managed source",
        {"answered_before": True, "management_sources": MANAGED},
        ProofLevel.ENTRY,
        "management source",
    ),
    (
        "another way in",
        {"answered_before": True, "permit_count": STILL},
        ProofLevel.ENTRY,
        "another way",
    ),
    (
        "our first entry could not be cleared",
        {"answered_before": True, "standing": (US,)},
        ProofLevel.ENTRY,
        "stayed",
    ),
    (
        "another's entry stands",
        {"answered_before": True, "standing": ("192.0.2.9",)},
        ProofLevel.FAILED,
        "before the right knock",
    ),
    ("no TCP service", {"open_after": None}, ProofLevel.ENTRY, "TCP"),
    (
        "no TCP service, managed",
        {"open_after": None, "answered_before": True},
        ProofLevel.ENTRY,
        "",
    ),
    ("a managed source, yet shut before", {"management_sources": MANAGED}, ProofLevel.DOOR, ""),
    ("another way, yet shut before", {"permit_count": STILL}, ProofLevel.DOOR, ""),
    # failed: something answered before the right knock otherwise
    ("open before", {"answered_before": True}, ProofLevel.FAILED, "before the right knock"),
    (
        "open before, count of the permit not printed: counts as moved",
        {"answered_before": True, "permit_count": Count(None, None)},
        ProofLevel.FAILED,
        "before the right knock",
    ),
    (
        "an entry that is no address",
        {"answered_before": True, "right_entries": ("any",)},
        ProofLevel.FAILED,
        "before the right knock",
    ),
]


@pytest.mark.parametrize(
    ("changes", "level", "reason"), [case[1:] for case in CLOSE], ids=[case[0] for case in CLOSE]
)
def test_close_is_judged_by_the_first_line_that_holds(
    changes: dict[str, Any], level: ProofLevel, reason: str
) -> None:
    verdict = judge_close(replace(DOOR, **changes))
    assert verdict.level is level
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, ProofLevel.ENTRY),
        ({"answered_before": True}, ProofLevel.ENTRY),
        ({"open_after": False}, ProofLevel.ENTRY),
        ({"permit_count": STILL}, ProofLevel.ENTRY),
        ({"class_count": STILL}, ProofLevel.UNREACHED),
        ({"class_count": STILL, "right_entries": ()}, ProofLevel.UNREACHED),
        ({"wrong_entries": (US,)}, ProofLevel.FAILED),
        ({"right_entries": ()}, ProofLevel.FAILED),
        ({"right_entries": (US, OWN)}, ProofLevel.FAILED),
        ({"right_entries": (OWN,)}, ProofLevel.FAILED),
    ],
)
def test_open_judges_counter_and_entries_alone(changes: dict[str, Any], level: ProofLevel) -> None:
    assert judge_open(replace(DOOR, **changes)).level is level


@pytest.mark.parametrize(
    ("level", "required", "when_reachable"),
    [
        (ProofLevel.UNREACHED, True, False),
        (ProofLevel.FAILED, True, True),
        (ProofLevel.ENTRY, False, False),
        (ProofLevel.DOOR, False, False),
    ],
)
def test_failed_reverts_and_unreached_where_a_proof_is_required(
    level: ProofLevel, required: bool, when_reachable: bool
) -> None:
    assert must_revert(level, "required") is required
    assert must_revert(level, "when-reachable") is when_reachable


def test_probed_is_the_first_tcp_service_that_answered_else_the_first() -> None:
    wanted = an_intent(services=["500/udp", "22/tcp", "80/tcp", "443/tcp-udp"])
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
