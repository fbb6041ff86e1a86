"""Doors in virtual routers under open behaviours: each is told for what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commandline import knockdeploy

from knockdeploy.intent import Intent, intent_from
from knockdeploy.lab.behaviour import table
from knockdeploy.rehearsal import behaviours
from knockdeploy.rehearsal.behaviours import Choice, choices, rehearse
from knockdeploy.rehearsal.scenarios import SAFETY, SCENARIOS

PORTS = [46543, 28654, 40204, 57566, 34515]
TEMPLATE = Path(__file__).parents[2] / "templates/ios/engine/applet.j2"


def intent(**changes: object) -> Intent:
    least: dict[str, Any] = {
        "ports": PORTS, "services": ["22/tcp"], "interface": "GigabitEthernet0/0",
    }  # fmt: skip
    return intent_from({**least, **changes})


def test_every_value_is_tried_alone_and_beside_every_other_of_another_row() -> None:
    others = [(row.name, value) for row in table() for value in row.metadata["values"][1:]]
    n_rows = {name: sum(name == other for other, _ in others) for name, _ in others}
    n_pairs = sum((len(others) - n_rows[name]) for name, _ in others) // 2
    assert len(choices()) == 1 + len(others) + n_pairs
    assert len(set(choices())) == len(choices())
    assert {choice[0] for choice in choices() if len(choice) == 1} == set(others)


@pytest.mark.parametrize(
    ("choice", "verdict", "failing"),
    [
        ((), "works", {"repeats", "others' packets"}),
        ((("lt", "string"),), "works", {"repeats", "others' packets", "rollover"}),
        ((("reqinfo", "last"),), "taken back", None),  # the TAC engineer's "only the last message"
        ((("reqinfo", "refused"),), "refused", set()),
        ((("group_in_dynamic", False),), "refused", set()),
        ((("group_matches_own", False),), "taken back", None),  # nothing is shut then
        ((("log_needed", True),), "taken back", None),
        ((("numbered_dynamic", False),), "works", {"repeats", "others' packets"}),
        ((("andnot", "ignored"),), "taken back", {"decoys", "repeats", "others' packets"}),
        ((("unbound_takes_entries", False),), "works", {"repeats", "others' packets"}),
        ((("tag_keeps", "first"), ("lt", "string")), "works", {"others' packets", "rollover"}),
    ],
    ids=[str(n) for n in range(11)],
)
def test_applet(choice: Choice, verdict: str, failing: set[str] | None) -> None:
    found = rehearse(intent(), choice, is_thorough=False)
    assert found.verdict == verdict, found
    assert failing is None or set(found.failing) == failing


@pytest.mark.usefixtures("tclsh")
@pytest.mark.parametrize(
    ("choice", "verdict"),
    [
        ((), "works"),
        ((("lt", "string"), ("reqinfo", "refused")), "works"),
        ((("message_newline", False), ("clock_mark", "")), "works"),
        ((("group_order", "sorted"),), "taken back"),
        ((("first_sequence", 999_997),), "works"),
    ],
    ids=str,
)
def test_policy_fails_in_nothing_or_is_taken_back(choice: Choice, verdict: str) -> None:
    found = rehearse(intent(engine="tcl"), choice, is_thorough=False)
    assert found.verdict == verdict, found
    assert verdict != "works" or not found.failing


def test_a_strangers_packets_leave_room_for_ours_in_a_short_window() -> None:
    """IOS-XE needs a second between two knocks of one source (iosxe-facts §1a), not of all."""
    door = intent(window_seconds=6)
    found = rehearse(door, (), is_thorough=False, platform="cisco_xe")
    assert set(found.failing) == {"repeats"}


def test_an_applet_that_does_not_look_at_all_of_the_order_opens(tmp_path: Path) -> None:
    """What a proof knocks in vain may not tell: somebody gets in by another order."""
    file = tmp_path / "ios/engine/applet.j2"
    file.parent.mkdir(parents=True)
    judged = TEMPLATE.read_text().replace(" lt $", " {{ 'ne' if loop.last else 'lt' }} $")
    file.write_text(judged)
    found = rehearse(intent(), (), tmp_path)
    assert found.verdict == "opens"
    assert "wrong orders" in SAFETY.intersection(found.failing)


def test_an_applet_that_does_not_look_at_the_source_opens(tmp_path: Path) -> None:
    file = tmp_path / "ios/engine/applet.j2"
    file.parent.mkdir(parents=True)
    file.write_text(
        TEMPLATE.read_text().replace(
            "if $_knock_Source_E{{ loop.index }} eq ", "if $_knock_Source_E{{ loop.index }} ne 0x"
        )
    )
    assert "two sources" in rehearse(intent(), (), tmp_path).failing


@pytest.mark.usefixtures("tclsh")
@pytest.mark.parametrize("engine", ["applet", "tcl"])
def test_whole_intents_are_rehearsed(engine: str) -> None:
    """TCP, several interfaces, a new list, seven ports: nothing of it is the example's alone."""
    found = rehearse(
        intent(
            ports=["46543/tcp", 28654, "40204/tcp", 57566, 34515, 29001, 39002],
            interface=["GigabitEthernet0/0", "GigabitEthernet0/2"],
            new_acl_entries=["permit ip any any"], window_seconds=5, services=["443/udp"],
        ), (), is_thorough=False,
    )  # fmt: skip
    assert found.verdict == "works", found


def test_the_command_tells_what_is_not_as_it_should_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    some: tuple[Choice, ...] = (
        (), (("lt", "string"),), (("reqinfo", "last"),), (("lt", "string"), ("reqinfo", "last")),
    )  # fmt: skip
    monkeypatch.setattr(behaviours, "choices", lambda *_: some)
    monkeypatch.setattr("knockdeploy.cli.rehearsing.choices", lambda *_: some)
    assert knockdeploy("init", str(tmp_path / "p")).status == 0
    config = str(tmp_path / "p/config.yaml")
    told = knockdeploy("prove", "--behaviours", "-c", config)
    assert told.status == 0, told.err
    assert "lt=string: works, but not: repeats, others' packets, rollover\n" in told.out
    assert "reqinfo=last: taken back, and these go wrong: " in told.out
    assert "works under 1 of 2 behaviours alone\n" in told.out
    document = knockdeploy("prove", "--behaviours", "-c", config, "--json")
    seen = document.host("branch-1")["rehearsals"]
    assert [each["behaviours"] for each in seen] == [dict(choice) for choice in some]
    assert {name for each in seen for name in each["failing"]} <= set(SCENARIOS)


@pytest.mark.parametrize(
    ("choice", "verdict"),
    [
        ((), "works"),
        ((("acl_log_flow", "never"),), "taken back"),
        ((("variable_ends", "blank"),), "taken back"),
        ((("action_chars", 128),), "refused"),
        ((("applet_classes", "refused"),), "refused"),
        ((("applet_classes", "stuck"),), "taken back"),
        ((("acl_log_blanks", 2), ("counters_shared", False)), "works"),
    ],
    ids=[str(n) for n in range(7)],
)
def test_ios_xe(choice: Choice, verdict: str) -> None:
    wish = intent(interface="GigabitEthernet0/0/0")
    found = rehearse(wish, choice, is_thorough=False, platform="cisco_xe")
    assert found.verdict == verdict, found
    assert choice in choices("cisco_xe")
    if verdict == "works":
        assert "repeats" in found.failing


@pytest.mark.usefixtures("tclsh")
@pytest.mark.parametrize(
    ("choice", "verdict"),
    [
        ((), "works"),
        ((("action_chars", 128), ("variable_ends", "blank")), "works"),
        ((("policy_bypass", False),), "refused"),
        ((("acl_log_wakes_eem", False),), "taken back"),
    ],
    ids=[str(n) for n in range(4)],
)
def test_the_policy_of_ios_xe(choice: Choice, verdict: str) -> None:
    wish = intent(interface="GigabitEthernet0/0/0", engine="tcl")
    found = rehearse(wish, choice, is_thorough=False, platform="cisco_xe")
    assert found.verdict == verdict, found
    assert verdict != "works" or not found.failing
