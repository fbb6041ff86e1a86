"""The Tcl policy: what its file may hold, and what a plan makes of it (ios-facts-more §C, §D)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations

import pytest

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policy_file import path_and_digest, with_files, without_files, written
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.diff import planned
from knockdeploy.plan.model import Deployed, Plan, Restored, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.plan.typist import Typist
from knockdeploy.recipe.engine.tcl_policy import policy_name, script
from knockdeploy.recipe.platforms import recipe_for, unsupported
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import KnockSequence

FILES = ["knock.tcl", "log_knock.tcl"]
PORTS = [46543, 28654, 40204, 57566, 34515]
GROUP = "object-group service OG_Knock"
RUNNING = """
service timestamps log datetime msec
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group ACL_WAN in
interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
ip access-list extended ACL_WAN
 permit ip any any
control-plane
"""


def intent(**changes: object) -> Intent:
    least = {"ports": PORTS, "services": ["22/tcp"], "interface": "GigabitEthernet0/0"}
    return intent_from({**least, "engine": "tcl", "decoys": 0, **changes})


def deployed(running: Node, **changes: object) -> Plan:
    wish = intent(**changes)
    recipe, known = recipe_for(wish), Running(running)
    at = recipe.place(known, wish)
    return plan(known, Deployed(wanted(recipe, wish, at), at), Terms(wish, recipe))


def removed(running: Node) -> Node:
    wish = intent()
    recipe, known = recipe_for(wish), Running(running)
    both = recipe.placements(known, Node(""), wish)
    return plan(known, Restored(Node(""), both), Terms(wish, recipe, allow_open=True)).after


def lines(made: Plan) -> list[str]:
    return [command.line for command in made.commands]


def members(config: Node) -> list[str]:
    group = config.child(GROUP)
    return [node.text for node in group.children] if group else []


def undone(made: Plan) -> Node:
    typist = Typist(made.after)
    for command in made.undo():
        typist.accept(command, typist.after(command))
    return typist.state


START = parse(RUNNING)
DONE = deployed(START).after
FILE = next(node.text for node in DONE.children if node.text.startswith("policy-file "))
REGISTERED = f"event manager policy {policy_name()} type user"


@pytest.mark.parametrize("file", FILES)
def test_tclsh_takes_the_file_as_it_is(file: str) -> None:
    """§C: braces balance, in comments too; no \\ ends a line; `?` asks for help, TAB completes."""
    text = script(file).decode()
    assert text.isascii()
    assert text.endswith("\n")
    assert not re.search(r"[?\t\r]|\\$|\{\}", text, re.MULTILINE)
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    assert max(map(len, text.splitlines())) < 254  # what a line of IOS takes


@pytest.mark.parametrize("file", FILES)
def test_the_file_has_no_newer_tcl_than_8_3_4(file: str) -> None:
    """§C: the commands are refused where the lab runs it; these are words of `expr` and syntax."""
    text = script(file).decode()
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    code = re.sub(r'"[^"]*"', '""', code)
    newer = r"\{\*\}| (eq|ne|in|ni) [^(]|\*\*|(?<![\w$])(lassign|dict|lset|lrepeat)\b"
    assert not re.search(newer, code)
    assert text.startswith("::cisco::eem::event_register_syslog pattern {^[^%]*%")


def test_the_file_is_typed_first_and_what_rests_on_it_last_of_the_engine() -> None:
    typed = lines(deployed(START))
    order = [
        typed.index(line)
        for line in (FILE, 'event manager directory user policy "flash:/"', REGISTERED)
    ]
    assert order == sorted(order)
    assert "service sequence-numbers" not in typed
    assert not any("applet" in line for line in typed)


def test_plan_after_deploy_is_empty_and_removal_gives_back_what_was_there() -> None:
    assert lines(deployed(DONE)) == []
    assert to_text(removed(DONE)) == to_text(START)


def test_other_ports_are_an_edit_of_the_group_alone() -> None:
    made = deployed(DONE, ports=[46543, 28654, 12345, 57566, 34515])
    assert {command.parents for command in made.commands} == {(GROUP,)}
    assert members(made.after) == [f"udp eq {p}" for p in (46543, 28654, 12345, 57566, 34515)]


def test_decoys_stand_behind_the_knock_and_the_policy_knows_how_many() -> None:
    """Issue 12: the first members of the group are the knock; without decoys all is as it was."""
    made = deployed(DONE, decoys=5)
    decoys = [f"udp eq {knock.port}" for knock in intent(decoys=5).decoy_knocks]
    assert members(made.after) == [*members(DONE), *decoys]
    assert len(decoys) == 5
    assert "event manager environment _knock_Count 5 5" in lines(made)
    assert lines(deployed(made.after, decoys=5)) == []
    assert to_text(deployed(made.after).after) == to_text(DONE)
    assert to_text(removed(made.after)) == to_text(START)
    assert "event manager environment _knock_Count 5\n" in to_text(DONE)
    reordered = deployed(made.after, decoys=5, ports=PORTS[::-1]).after
    assert members(reordered) == [*members(DONE)[::-1], *decoys]


@pytest.mark.parametrize("order", list(permutations(PORTS))[::7])
def test_the_group_is_put_in_order_never_empty_and_an_undo_has_the_order_of_before(
    order: tuple[int, ...],
) -> None:
    """§D: members keep typing order; §6: one that is used may not become empty."""
    made = deployed(DONE, ports=list(order))
    assert members(made.after) == [f"udp eq {port}" for port in order]
    assert all(members(step.after) for step in made.steps)
    assert members(undone(made)) == members(DONE)
    assert bool(made.steps) == bool(list(planned(made))) == (list(order) != PORTS)


@pytest.mark.parametrize(
    "changed",
    [
        written(DONE, f"policy-file {path_and_digest(FILE)[0]} 00000000000000000000000000000000"),
        without_files(DONE),
    ],
    ids=["other-content", "deleted"],
)
def test_a_file_that_is_put_right_is_registered_again(changed: Node) -> None:
    """§C: a changed file does nothing until re-registered; all send `no`, then the line."""
    no = f"no event manager policy {policy_name()}"
    assert lines(deployed(changed)) == [FILE, no, REGISTERED]


def test_another_version_takes_the_place_of_the_one_before() -> None:
    old = "knockdeploy-0badcafe.tcl"
    files = {f"flash:/{old}": "0badcafe" * 4}
    before = parse(to_text(without_files(DONE)).replace(policy_name(), old))
    made = deployed(with_files(before, files))
    assert lines(made) == [
        FILE, REGISTERED, f"no event manager policy {old}", f"no policy-file flash:/{old}",
    ]  # fmt: skip
    assert lines(deployed(made.after)) == []


def test_each_engine_takes_away_what_the_other_left() -> None:
    applet = deployed(DONE, engine="applet")
    left = to_text(applet.after)
    assert "event manager applet EEM_Knock" in left
    assert not re.search(r"policy-file|event manager (policy|directory)|_knock_(Group|Aim)", left)
    assert to_text(undone(applet)) != left
    back = deployed(applet.after)
    assert "EEM_Knock" not in to_text(back.after)
    assert "sequence-numbers" not in to_text(back.after)
    assert to_text(removed(back.after)) == to_text(START)


def test_a_directory_of_somebody_elses_is_used_and_stays() -> None:
    theirs = parse(RUNNING + 'event manager directory user policy "disk0:/eem/"\n')
    made = deployed(theirs)
    assert any(line.startswith(f"policy-file disk0:/eem/{policy_name()} ") for line in lines(made))
    assert not any("directory" in line for line in lines(made))
    assert to_text(removed(made.after)) == to_text(theirs)


@pytest.mark.parametrize(
    "line",
    ['event manager directory user policy "tftp://192.0.2.1/eem"', "scripting tcl secure-mode"],
)
def test_routers_on_which_no_file_of_ours_would_run_are_refused(line: str) -> None:
    with pytest.raises(UnsupportedError, match=re.escape(line.split(maxsplit=1)[0])):
        deployed(parse(f"{RUNNING}{line}\n"))


@pytest.mark.parametrize("port", ["4500", "3949/tcp"])
def test_ports_that_ios_calls_by_a_name_are_refused(port: str) -> None:
    refused = unsupported(intent(ports=[*PORTS[:4], port]), "ios")
    assert refused
    assert "engine: applet" in refused.hint
    assert unsupported(intent(engine="applet", ports=[*PORTS[:4], port]), "ios") is None


def test_it_hears_these_knocks_in_this_order_alone() -> None:
    """What lets an operator in by a knock is a policy that hears that very knock."""
    wish = intent()
    engine = recipe_for(wish).engine
    assert engine.hears(DONE, wish, wish.sequence)
    assert not engine.hears(DONE, wish, wish.sequence.reversed())
    beside = intent(decoys=5)
    with_decoys = deployed(DONE, decoys=5).after
    assert engine.hears(with_decoys, beside, beside.sequence)
    assert not engine.hears(with_decoys, beside, KnockSequence(beside.ports[:4]))
    unregistered = replace(
        DONE, children=tuple(node for node in DONE.children if node.text != REGISTERED)
    )
    assert not engine.hears(unregistered, wish, wish.sequence)
