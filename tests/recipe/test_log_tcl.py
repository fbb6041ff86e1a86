"""The Tcl policy of IOS-XE: what a plan makes of it, and what is said of its knock."""

from __future__ import annotations

import re

import pytest
from planning import make_plan, make_removal

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policy_file import with_files, without_files
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.lab.tcl.process import shared
from knockdeploy.plan.model import Plan
from knockdeploy.recipe.engine.tcl_policy import policy_name, script
from knockdeploy.recipe.grant.numbered_ace import slots_of
from knockdeploy.recipe.platforms import recipe_for, unsupported
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Masker, Redactor
from knockdeploy.sequence import KnockSequence

XE = "cisco_xe"
PORTS = [46543, 28654, 40204, 57566, 34515]
POLICY = policy_name("log_knock.tcl")
SHUTS = "event manager applet EEM_Knock_Close authorization bypass"
RUNNING = """
version 17.9
service timestamps log datetime msec
hostname r1
interface GigabitEthernet0/0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group WAN-IN in
ip access-list extended WAN-IN
 10 permit tcp any any eq 22
 20 permit ip any any
control-plane
"""
START = parse(RUNNING)


def intent(**changes: object) -> Intent:
    least = {"ports": PORTS, "services": ["22/tcp"], "interface": "GigabitEthernet0/0/0"}
    return intent_from({**least, "engine": "tcl", **changes})


def deployed(running: Node, **changes: object) -> Plan:
    wish = intent(**changes)
    recipe = recipe_for(wish, XE)
    at = recipe.place(Running(running), wish)
    return make_plan(running, wanted(recipe, wish, at), wish, platform=XE)


def unnumbered(config: Node) -> str:
    return re.sub(r"(?m)^ \d+ ", " ", to_text(config))


def lines(made: Plan) -> list[str]:
    return [command.line for command in made.commands]


DONE = deployed(START).after
FILE = next(node.text for node in DONE.children if node.text.startswith("policy-file "))


def test_it_is_registered_last_and_its_file_is_on_bootflash() -> None:
    typed = lines(deployed(START))
    assert FILE.startswith(f"policy-file bootflash:/{POLICY} ")
    order = [
        typed.index(line)
        for line in (
            FILE,
            SHUTS,
            "event manager environment _knock_Sequence "
            "46543/udp 28654/udp 40204/udp 57566/udp 34515/udp",
            'event manager directory user policy "bootflash:/"',
            f"event manager policy {POLICY} type user authorization bypass",
        )
    ]
    assert order == sorted(order)
    assert [node.text for node in DONE.children if " applet " in node.text] == [SHUTS]


def test_plan_after_deploy_is_empty_and_removal_gives_back_what_was_there() -> None:
    assert lines(deployed(DONE)) == []
    removed = make_removal(DONE, intent(), allow_open=True, platform=XE).after
    assert unnumbered(removed) == unnumbered(START)


def test_another_knock_registers_nothing_again() -> None:
    made = deployed(DONE, ports=PORTS[::-1])
    said = " ".join(f"{port}/udp" for port in PORTS[::-1])
    assert lines(made) == [f"event manager environment _knock_Sequence {said}"]
    without = deployed(DONE, decoys=0)
    assert "event manager environment _knock_Decoys none" in lines(without)
    assert lines(deployed(without.after, decoys=0)) == []


def test_each_engine_takes_away_what_the_other_left_but_what_shuts() -> None:
    applet = deployed(DONE, engine="applet")
    assert not any(SHUTS in line for line in lines(applet))
    assert not re.search(
        r"policy-file|manager (policy|directory|environment _knock_[A-NP-Z])", to_text(applet.after)
    )
    back = deployed(applet.after)
    assert to_text(back.after) == to_text(DONE)
    left = [n.text for n in back.after.children if n.text.startswith("event manager applet EEM_K")]
    assert left == [SHUTS]


def test_an_earlier_version_goes() -> None:
    old = "knockdeploy-0badcafe.tcl"
    before = parse(to_text(without_files(DONE)).replace(POLICY, old))
    made = deployed(with_files(before, {f"bootflash:/{old}": "0badcafe" * 4}))
    assert lines(made)[-2:] == [
        f"no event manager policy {old}", f"no policy-file bootflash:/{old}",
    ]  # fmt: skip


def test_it_hears_these_knocks_in_this_order_alone() -> None:
    wish = intent()
    engine = recipe_for(wish, XE).engine
    assert engine.hears(DONE, wish, wish.sequence)
    assert not engine.hears(DONE, wish, wish.sequence.reversed())
    assert not engine.hears(DONE, wish, KnockSequence(wish.ports[:4]))
    assert not engine.hears(START, wish, wish.sequence)


def test_its_variables_show_no_port() -> None:
    wish = intent()
    recipe = recipe_for(wish, XE)
    mask = Masker(wish.silent, b"key", recipe.secrets(wish.names))
    redact = Redactor(sequences=[])
    for line in lines(deployed(START)):
        for shown in (mask.line((), line), mask.line((), f"no {line}"), redact(line)):
            assert not re.search(rf"\b({'|'.join(map(str, PORTS))})\b", shown)
    said = mask.line((), "event manager environment _knock_Sequence 46543/udp 1234/tcp")
    assert re.fullmatch(r".* <knock 1>/udp <other knock \w{4}>/tcp", said)
    assert mask.line((), "event manager environment _knock_Opens 22/tcp").endswith(" 22/tcp")


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("ip access-list extended INSIDE\n deny udp any any log", True),
        ("ip access-list extended INSIDE\n permit udp any any log", False),
        ("ip access-list extended INSIDE\n deny udp any any", False),
    ],
)
def test_what_else_would_wake_it_is_told(line: str, is_told: bool) -> None:
    told = deployed(parse(f"{RUNNING}{line}\n")).warnings
    assert any("wakes the Tcl policy" in text for text in told) == is_told


def test_a_log_that_the_applet_could_not_read_is_no_matter() -> None:
    uptime = parse(RUNNING.replace("datetime msec", "uptime"))
    assert lines(deployed(uptime))
    with pytest.raises(UnsupportedError):
        deployed(uptime, engine="applet")


@pytest.mark.parametrize("engine", ["applet", "tcl"])
def test_an_applet_of_somebody_elses_in_the_place_of_ours_is_refused(engine: str) -> None:
    theirs = parse(f"{RUNNING}{SHUTS}\n event none\n action 1 wait 1\n")
    with pytest.raises(UnsupportedError, match="an applet for something else"):
        deployed(theirs, engine=engine)


def test_more_services_than_a_line_has_room_for_are_refused() -> None:
    most = [f"{port}/tcp" for port in range(8001, 8021)]
    assert unsupported(intent(services=most), XE) is None
    assert max(map(len, lines(deployed(START, services=most)))) < 254
    refused = unsupported(intent(services=[*most, "22/tcp"]), XE)
    assert refused
    assert "at most 20 services" in refused.message


@pytest.mark.usefixtures("tclsh")
def test_it_counts_its_slots_as_the_applet_that_shuts_does() -> None:
    wish = intent(services=["22/tcp", "443/tcp-udp"], grant_slots=5)
    told: list[str] = []

    def heard(_command: str, words: tuple[str, ...]) -> tuple[str, ...]:
        told.extend(words)
        return ()

    text = script("log_knock.tcl").decode()
    slots = text[text.index("proc knock_slots") : text.index("# Whether the list")]
    shared().run(f"{slots}\n::cisco::eem::action_syslog [knock_slots 5 3]\n", {}, heard)
    wanted_slots = " ".join(
        "{" + " ".join(str(opening.number) for opening in slot) + "}" for slot in slots_of(wish)
    )
    assert told == [wanted_slots]
