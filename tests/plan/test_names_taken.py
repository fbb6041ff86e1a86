"""Names of ours that somebody has for something else: which key of the intent helps."""

from __future__ import annotations

from typing import Any

import pytest
from intents import a_short_intent
from planning import make_plan, make_removal, render, survey

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text

ROUTER = """\
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
"""


def intent(**more: Any) -> Intent:
    return a_short_intent(new_acl_entries=["permit ip any any"], **more)


# What others have, by the name in it and the key that gives ours another one.
TAKEN = {
    # two types of one family share their names
    "ip access-list standard ACL_Internet_In\n permit any": "names.acl",
    "ip access-list standard ACL_CoPP_Knock\n permit any": "names.copp_acl",
    "object-group network OG_Knock\n host 192.0.2.1": "names.knock_group",
    "object-group network OG_Knock_Services\n host 192.0.2.1": "names.service_group",
    "class-map type inspect match-any CM_CoPP_Knock\n match protocol ssh": "names.copp_class",
    "class-map match-all CM_CoPP_Log\n match any": "names.log_class",
    "policy-map type inspect PM_CoPP\n class class-default": "names.copp_policy",
    "policy-map PM_CoPP_Log\n class class-default": "names.log_policy",
    # something of theirs refers to what would be ours
    "class-map match-any X\n match access-group name ACL_CoPP_Knock": "names.copp_acl",
    "line vty 0 4\n access-class ACL_CoPP_Knock in": "names.copp_acl",
    "route-map R permit 10\n match ip address ACL_CoPP_Knock": "names.copp_acl",
    "ip nat inside source list ACL_CoPP_Knock interface Dialer1": "names.copp_acl",
    "snmp-server community x RO ACL_CoPP_Knock": "names.copp_acl",
    "ntp access-group peer ACL_CoPP_Knock": "names.copp_acl",
    "policy-map X\n class CM_CoPP_Knock\n  drop": "names.copp_class",
    "policy-map type logging X\n class CM_CoPP_Log": "names.log_class",
    "interface Tunnel0\n service-policy output PM_CoPP": "names.copp_policy",
    "ip access-list extended X\n dynamic DACL_Internet_In permit ip any any": (
        "names.acl, or that of the ACL"
    ),
}


def planned(text: str, wish: Intent) -> Node:
    running = with_numbers(parse(f"{ROUTER}{text}\n"))
    return make_plan(running, parse(render(wish, survey(running, wish))), wish).after


@pytest.mark.parametrize("text", TAKEN)
def test_the_key_that_helps_is_named_and_helps(text: str) -> None:
    with pytest.raises(UnsupportedError, match="for something else") as caught:
        planned(text, intent())
    key = TAKEN[text]
    assert caught.value.hint == f"choose another name: knock.{key}"
    assert planned(text, intent(names={key.partition(",")[0].removeprefix("names."): "Another"}))


def test_of_a_list_that_the_intent_names_it_is_that_key() -> None:
    with pytest.raises(UnsupportedError) as caught:
        planned("ip access-list standard WAN\n permit any", intent(acl="WAN"))
    assert caught.value.hint == "choose another name: knock.acl"


@pytest.mark.parametrize(
    "text",
    [
        "class-map match-any X\n match access-group name ACL_CoPP_Knock_2",
        "class-map match-any X\n match access-group name My-ACL_CoPP_Knock",
        "policy-map X\n class CM_CoPP_Knocked",
        "policy-map type logging X\n class CM_Theirs\n  log interval 1000",
        "ip access-list extended X\n remark see access-list ACL_CoPP_Knock\n permit ip any any",
        "interface Tunnel0\n description access-group ACL_CoPP_Knock",
        "banner motd ^C\nmatch access-group name ACL_CoPP_Knock\n^C",
    ],
)
def test_a_longer_name_or_prose_takes_none(text: str) -> None:
    wish, done = intent(), planned("", intent())
    assert planned(text, wish)
    config = done.with_children((*done.children, *parse(f"{text}\n").children))
    again = make_plan(config, parse(render(wish, survey(config, wish))), wish)
    assert again.commands == (), "nor has it been ours, under another name"


# Who uses the list that a deployment made, and would be left with nothing that filters (§11).
USERS = {
    "interface Tunnel0\n ip access-group ACL_Internet_In in": "inbound on Tunnel0",
    "interface Tunnel0\n ip access-group ACL_Internet_In out": "interface Tunnel0",
    "class-map match-any X\n match access-group name ACL_Internet_In": "class-map match-any X",
    "line vty 0 4\n access-class ACL_Internet_In in": "line vty 0 4",
    "route-map R permit 10\n match ip address ACL_Internet_In": "route-map R permit 10",
    "ip nat inside source list ACL_Internet_In interface Dialer1": "ip nat inside source list",
    "snmp-server community x RO ACL_Internet_In": "snmp-server community",
    "access-list 5 remark see access-list ACL_Internet_In": None,
    "interface Tunnel0\n ip access-group ACL_Internet_In_2 in": None,
}


@pytest.mark.parametrize("text", USERS)
def test_a_removal_leaves_nobody_without_the_list_he_uses(text: str) -> None:
    deployed = planned("", intent())
    config = deployed.with_children((*deployed.children, *parse(f"{text}\n").children))
    if (user := USERS[text]) is None:
        after = to_text(make_removal(config, intent(), allow_open=True).after)
        assert after == f"{ROUTER}{text}\n"
        return
    with pytest.raises(UnsupportedError, match=user):
        make_removal(config, intent(), allow_open=True)
