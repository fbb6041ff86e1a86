"""Removals and rollbacks of the routers of tests/cases, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from planning import make_plan, make_removal, make_rollback, survey
from situations import plan_of
from test_cases import CASES, Case, _case, _folders, _lines

from knockdeploy.command import Command
from knockdeploy.errors import (
    InternalError,
    LockoutError,
    OpensError,
    RouterError,
    UnsupportedError,
)
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line

OURS = ("OG_Knock", "_knock_", "CoPP_Knock", "CoPP_Log", "EEM_Knock")
# what others typed into a copy since then is theirs, and which list is right too
KEPT = ("copy-with-an-entry-of-theirs",)


def _removal(case: Case, running: Node) -> Plan:
    return make_removal(
        running, case.intent, allow_open=True, dialect=case.dialect, platform=case.platform
    )


def _after_typing(plan: Plan) -> Node:
    state = plan.before
    for step in plan.steps:
        state = type_line(state, step.command)
        assert to_text(state) == to_text(step.after), step.command.line
    return state


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_a_removal_gives_back_what_was_there(folder: Path) -> None:
    case = _case(folder)
    if folder.name in KEPT:
        with pytest.raises(UnsupportedError, match="'permit tcp any any eq 8080'"):
            _removal(case, case.plan.after)
        return
    plan = _removal(case, case.plan.after)
    after = to_text(_after_typing(plan))
    assert not any(word in after for word in OURS)
    before = case.text("running.cfg")
    if not any(word in before for word in OURS):
        assert _lines(after) == _lines(before)
    assert _removal(case, plan.after).steps == ()


@pytest.mark.parametrize("folder", _folders(refused=False))
@pytest.mark.parametrize("is_again", [False, True], ids=["undone", "undone-and-undone"])
def test_a_rollback_gives_back_what_was_there(folder: Path, *, is_again: bool) -> None:
    case = _case(folder)
    now, then = case.plan.after, case.running
    if is_again:
        now, then = then, now
    plan = make_rollback(
        now, then, case.intent, allow_open=True, dialect=case.dialect, platform=case.platform
    )
    assert sorted(_lines(to_text(_after_typing(plan)))) == sorted(_lines(to_text(then)))
    if not (folder / "undo.md").exists():
        assert _lines(to_text(plan.after)) == _lines(to_text(then))


@pytest.mark.parametrize("folder", _folders(refused=True))
def test_a_router_that_was_refused_has_to_remove_what_was_deployed_before(folder: Path) -> None:
    case = _case(folder)
    assert case.refused is not None
    if case.is_removal_refused:
        with pytest.raises(RouterError) as caught:
            _removal(case, case.running)
        assert caught.value.kind != InternalError.kind
        said = f"{caught.value.message} {caught.value.hint}"
        assert all(words in said for words in case.refused["says"])
        return
    plan = _removal(case, case.running)
    was_deployed = "_knock_Owned" in case.text("running.cfg")
    assert bool(plan.steps) == was_deployed
    after = to_text(_after_typing(plan))
    assert not was_deployed or not any(word in after for word in OURS)


# By hand, from ios-facts §11 and the worked example, mirrored.
INTENT = {
    "weak": True,
    "ports": [46543, 28654, 40204],
    "services": ["22/tcp", "80/tcp"],
    "interface": "GigabitEthernet0/0",
}
DEPLOYED = """\
version 15.4
service sequence-numbers
object-group service OG_Knock
 udp eq 46543
 udp eq 28654
 udp eq 40204
object-group service OG_Knock_Services
 tcp eq 22
 tcp eq www
class-map match-any CM_CoPP_Knock
 match access-group name ACL_CoPP_Knock
class-map type logging match-any CM_CoPP_Log
 match  packets dropped
policy-map COPP
 class CM_THEIRS
  police 64000
 class CM_CoPP_Knock
  drop
policy-map type logging PM_CoPP_Log
 class CM_CoPP_Log
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group ACL_WAN in
interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
ip access-list extended ACL_CoPP_Knock
 permit object-group OG_Knock any host 203.0.113.10
ip access-list extended ACL_WAN
 permit object-group OG_Knock_Services host 192.0.2.5 host 203.0.113.10
 permit object-group OG_Knock any host 203.0.113.10
 permit tcp any host 203.0.113.10 eq 22 established
 permit tcp any host 203.0.113.10 eq www established
 dynamic DACL_WAN permit object-group OG_Knock_Services any host 203.0.113.10
 deny   object-group OG_Knock_Services any host 203.0.113.10
 permit tcp any any eq 22
 deny   ip any any
control-plane host
 service-policy input COPP
 service-policy type logging input PM_CoPP_Log
control-plane
event manager environment _knock_Owned v1,sequence,policy=COPP,moved=1:{moved}
event manager environment _knock_Services ACL_WAN
event manager applet EEM_Knock
 event tag T syslog pattern "_knock_"
 action 0100 cli command "access-template $_knock_Services D$_knock_Services"
"""
MOVED = "permit+tcp+any+host+203.0.113.10+eq+22+established"


def _deployed(text: str = DEPLOYED) -> Node:
    numbers = [1, 2, 3, 4, 5, 6, 10, 20]
    return with_numbers(parse(text.format(moved=MOVED)), {"ACL_WAN": numbers})


def _intent(**more: object) -> Intent:
    return intent_from(INTENT | more)


def test_what_a_removal_sends_in_which_order() -> None:
    plan = make_removal(_deployed(), _intent(), allow_open=True)
    lines = [" / ".join((*each.parents, each.line)) for each in plan.commands]
    acl = "ip access-list extended ACL_WAN / "
    assert lines[0] == f"{acl}no 6", "the door opens first"
    inside = [line.removeprefix(acl) for line in lines if line.startswith(acl)]
    established = "permit tcp any host 203.0.113.10 eq 22 established"
    assert [line for line in inside if established in line] == [
        f"19 {established} log",  # does its work while it is away
        f"18 {established}",
    ]
    assert lines[len(inside) :] == [
        "no event manager applet EEM_Knock",
        "no event manager environment _knock_Services",
        "no service sequence-numbers",
        "control-plane host / no service-policy type logging input PM_CoPP_Log",
        "no policy-map type logging PM_CoPP_Log",
        "no class-map type logging match-any CM_CoPP_Log",
        "policy-map COPP / no class CM_CoPP_Knock",
        "no class-map match-any CM_CoPP_Knock",
        "no ip access-list extended ACL_CoPP_Knock",
        "no object-group service OG_Knock_Services",
        "no object-group service OG_Knock",
        "no event manager environment _knock_Owned",
    ]
    after = plan.after.child("ip access-list extended ACL_WAN")
    assert after is not None
    assert [node.text for node in after.children] == [
        "permit tcp any any eq 22",
        established,
        "deny   ip any any",
    ]
    assert [str(each) for each in plan.opens] == [
        "22/tcp becomes reachable without a knock, permitted by 'permit tcp any any eq 22'"
    ]


def test_what_stood_last_is_back_before_its_stand_in_goes() -> None:
    running = _deployed(DEPLOYED.replace("moved=1:", "moved=2:"))
    plan = make_removal(running, _intent(), allow_open=True)
    inside = [each.line for each in plan.commands if each.parents]
    back = MOVED.replace("+", " ")
    first, last = inside.index(f"31 {back} log"), inside.index("no 31")
    assert first < inside.index("no 3") < inside.index(f"30 {back}") < last
    after = plan.after.child("ip access-list extended ACL_WAN")
    assert after is not None
    assert [node.text for node in after.children][-2:] == ["deny   ip any any", back]


def test_nothing_opens_unless_that_is_allowed() -> None:
    with pytest.raises(OpensError, match=r"22/tcp of 203\.0\.113\.10 reachable"):
        make_removal(_deployed(), _intent())


def test_whoever_is_in_by_our_entry_alone_is_not_locked_out() -> None:
    by_us = Operator("192.0.2.5", "203.0.113.10", "GigabitEthernet0/0", port=80)
    with pytest.raises(LockoutError) as caught:
        make_removal(_deployed(), _intent(), by_us, allow_open=True)
    assert "192.0.2.5" in caught.value.message
    assert "another interface" in caught.value.hint
    by_theirs = Operator("192.0.2.5", "203.0.113.10", "GigabitEthernet0/0")
    assert make_removal(_deployed(), _intent(), by_theirs, allow_open=True).steps


def test_a_list_is_never_emptied_while_somebody_has_it_bound() -> None:
    theirs = " permit tcp any any eq 22\n deny   ip any any\n"
    text = DEPLOYED.replace(theirs, "").replace(",moved=1:{moved}", "")
    running = with_numbers(parse(text))
    with pytest.raises(UnsupportedError, match="has no entry but ours"):
        make_removal(running, _intent(), allow_open=True)


def test_what_others_use_is_not_taken_from_them() -> None:
    other = "ip access-list extended ACL_LAN\n permit object-group OG_Knock any any\n"
    text = DEPLOYED.replace("control-plane host\n", f"{other}control-plane host\n")
    with pytest.raises(UnsupportedError, match="ACL_LAN"):
        make_removal(_deployed(text), _intent(), allow_open=True)


def test_a_policy_of_our_name_that_was_never_deployed_stays() -> None:
    text = (
        "class-map match-any THEIRS\n match any\npolicy-map PM_CoPP\n class THEIRS\n  police 8000\n"
        "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"
        "control-plane\n service-policy input PM_CoPP\n"
    )
    assert make_removal(parse(text), _intent()).steps == ()


def test_a_list_of_our_name_that_has_no_knock_is_somebody_elses() -> None:
    text = (
        "class-map match-any THEIRS\n match access-group name ACL_CoPP_Knock\n"
        "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"
        "ip access-list extended ACL_CoPP_Knock\n permit udp any any eq snmp\n"
    )
    for act in (
        lambda: survey(parse(text), _intent(new_acl_entries=["permit ip any any"])),
        lambda: make_removal(parse(text), _intent()),
    ):
        with pytest.raises(UnsupportedError, match="has the name ACL_CoPP_Knock for something"):
            act()


def test_what_was_deployed_under_another_name_is_not_left_in_silence() -> None:
    for key, old in (("applet", "EEM_Knock"), ("service_group", "OG_Knock_Services")):
        with pytest.raises(UnsupportedError, match=old) as caught:
            make_removal(_deployed(), _intent(names={key: "Other"}), allow_open=True)
        assert f"knock.names.{key}: {old}" in caught.value.hint
    assert not make_removal(_deployed(), _intent(), allow_open=True).warnings


@pytest.mark.parametrize(
    ("key", "old"),
    [
        ("copp_acl", "ACL_CoPP_Knock"),
        ("copp_class", "CM_CoPP_Knock"),
        ("log_class", "CM_CoPP_Log"),
        ("log_policy", "PM_CoPP_Log"),
    ],
)
def test_what_hears_knocks_under_another_name_is_ours_and_nobody_elses(key: str, old: str) -> None:
    with pytest.raises(UnsupportedError, match="is a knock's") as caught:
        make_removal(_deployed(), _intent(names={key: "Other"}), allow_open=True)
    assert f"knock.names.{key}: {old} takes it over" in caught.value.hint


def test_a_policy_that_we_made_is_ours_under_another_name_too() -> None:
    text = DEPLOYED.replace("policy=COPP,", "").replace(" COPP\n", " PM_CoPP\n")
    other = _intent(names={"copp_policy": "Other"})
    for act in (
        lambda: make_removal(_deployed(text), other, allow_open=True),
        lambda: survey(_deployed(text), other),
    ):
        with pytest.raises(UnsupportedError, match="'policy-map PM_CoPP' is a knock's") as caught:
            act()
        assert "knock.names.copp_policy: PM_CoPP takes it over" in caught.value.hint
    assert make_removal(_deployed(), other, allow_open=True).steps  # it was COPP, and is theirs


def test_what_leaving_opens_on_an_interface_that_is_not_listed_any_more_is_not_overlooked() -> None:
    other = _intent(interface="GigabitEthernet0/1", new_acl_entries=["permit ip any any"])
    for act in (
        lambda: make_removal(_deployed(), other),
        lambda: make_removal(_deployed(), other, allow_open=True),
        lambda: survey(_deployed(), other),
    ):
        with pytest.raises(UnsupportedError, match="also inbound on GigabitEthernet0/0") as caught:
            act()
        assert "knock.interface" in caught.value.hint


def test_a_rollback_keeps_what_others_changed_since() -> None:
    case = _case(CASES / "worked-1-acl-bound-session-inside")
    after = case.plan.after
    header = "ip access-list extended ACL_WAN"
    now = type_line(after, Command("25 permit udp any any eq 4500", (header,)))
    plan = make_rollback(now, case.running, case.intent, allow_open=True)
    section = plan.after.child("ip access-list extended ACL_WAN")
    assert section is not None
    assert "permit udp any any eq non500-isakmp" in [node.text for node in section.children]
    again = make_plan(plan.after, case.wanted, case.intent, allow_open=True)
    assert again.steps


def test_an_entry_that_becomes_ours_is_given_back_below_a_remark() -> None:
    case = _case(CASES / "entry-that-reads-like-ours")
    (acl,) = (n for n in case.running.children if n.text.startswith("ip access-list extended "))
    said = acl.with_children((Node("remark of the NOC"), *acl.children))
    before = case.running.put((acl.text,), said)
    removal = _removal(case, case.plan_from(before).after)
    assert _lines(to_text(removal.after)) == _lines(to_text(before))


def test_a_rollback_puts_ours_below_a_remark_that_stood_above_them() -> None:
    """A remark filters nothing: ours stand on top, whatever is said above them."""
    case = _case(CASES / "worked-1-acl-bound-session-inside")
    header = "ip access-list extended ACL_WAN"
    section = case.plan.after.child(header)
    assert section is not None
    said = section.with_children((Node("remark of the NOC"), *section.children))
    then = case.plan.after.put((header,), said)
    lines = to_text(then)
    now = make_removal(then, case.intent, allow_open=True).after
    plan = make_rollback(now, then, case.intent, allow_open=True)
    assert _lines(to_text(_after_typing(plan))) == _lines(lines)


def test_a_rollback_from_one_copy_to_another_keeps_what_others_typed_into_it() -> None:
    """Design §1.6: the copy is ours, an entry that somebody added to it since is not."""
    case = _case(CASES / "copy-and-swap")
    first = case.plan.after
    fewer = case.intent.model_copy(update={"services": case.intent.services[:1]})
    second = plan_of(first, fewer, is_picky=True).after
    copy = "ip access-list extended ACL_WAN_knock"
    theirs = "permit tcp host 192.0.2.77 any eq 8080"
    now = type_line(second, Command(f"500 {theirs}", (copy,)))
    plan = make_rollback(
        now, first, case.intent, allow_open=True, dialect=case.dialect, platform=case.platform
    )
    after, before = plan.after.child(copy), first.child(copy)
    assert after is not None
    assert before is not None
    assert theirs in [node.text for node in after.children]
    assert [n.text for n in after.children if n.text != theirs] == [n.text for n in before.children]


@pytest.mark.parametrize("key", ["applet", "knock-group", "service-group"])
def test_a_removal_under_other_names_is_refused(key: str) -> None:
    case = _case(CASES / f"renamed-{key}")
    with pytest.raises(UnsupportedError, match="is not the name of the intent now") as refused:
        _removal(case, with_numbers(case.running))
    assert f"knock.names.{key.replace('-', '_')}" in refused.value.hint
