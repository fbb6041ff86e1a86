"""The recipe against the article, ios-facts and the worked example."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from planning import offline_site, render

from knockdeploy.errors import InputError, IntentError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import recipe_for

PORTS = [46543, 28654, 40204, 57566, 34515]
MANY = [20011, 20001, 20031, 20021, 30011, 30001, 30031, 30021, 40011, 40001, 40031, 40021, 50011,
        50001, 50031, 50021]  # fmt: skip
LEAST: dict[str, Any] = {
    "ports": PORTS,
    "services": ["22/tcp", "80/tcp", "443/tcp-udp", "500/udp"],
    "interface": "GigabitEthernet0/0",
    "decoys": 0,
}
EXISTING = Placement(
    destination="203.0.113.10",
    own_addresses=("203.0.113.10", "10.1.1.1"),
    acl="ACL_WAN",
    acl_exists=True,
    bound=True,
)
NEW = Placement(
    destination="203.0.113.10", own_addresses=("203.0.113.10", "10.1.1.1"), acl="ACL_Internet_In"
)


def intent(**changes: object) -> Intent:
    return intent_from({**LEAST, **changes})


def lines(wanted: Intent, site: Placement) -> list[str]:
    return [line for line in render(wanted, site).splitlines() if not line.startswith("!")]


def block(wanted: Intent, site: Placement, header: str) -> list[str]:
    text = render(wanted, site)
    assert f"\n{header}\n" in text
    body = text.partition(f"\n{header}\n")[2].splitlines()
    end = next((at for at, line in enumerate(body) if not line.startswith(" ")), len(body))
    return body[:end]


def test_headers_stand_in_creation_order() -> None:
    wanted = intent(new_acl_entries=["permit ip any any"])
    assert [line for line in lines(wanted, NEW) if not line.startswith(" ")] == [
        "object-group service OG_Knock",
        "object-group service OG_Knock_Services",
        "ip access-list extended ACL_CoPP_Knock",
        "class-map match-any CM_CoPP_Knock",
        "policy-map PM_CoPP",
        "class-map type logging match-any CM_CoPP_Log",
        "policy-map type logging PM_CoPP_Log",
        "control-plane host",
        "service sequence-numbers",
        "event manager environment _knock_Services ACL_Internet_In",
        "event manager environment _knock_Timeout 60",
        "event manager applet EEM_Knock",
        "ip access-list extended ACL_Internet_In",
        "interface GigabitEthernet0/0",
    ]


def test_groups_classes_and_policies_are_those_of_the_article_with_drop() -> None:
    text = "\n".join(lines(intent(), EXISTING))
    assert text.startswith(
        """\
object-group service OG_Knock
 udp eq 46543
 udp eq 28654
 udp eq 40204
 udp eq 57566
 udp eq 34515
object-group service OG_Knock_Services
 tcp eq 22
 tcp eq 80
 tcp-udp eq 443
 udp eq 500
ip access-list extended ACL_CoPP_Knock
 permit object-group OG_Knock any host 203.0.113.10
class-map match-any CM_CoPP_Knock
 match access-group name ACL_CoPP_Knock
policy-map PM_CoPP
 class CM_CoPP_Knock
  drop
class-map type logging match-any CM_CoPP_Log
 match packets dropped
policy-map type logging PM_CoPP_Log
 class CM_CoPP_Log
control-plane host
 service-policy input PM_CoPP
 service-policy type logging input PM_CoPP_Log
service sequence-numbers
event manager environment _knock_Services ACL_WAN
event manager environment _knock_Timeout 60
event manager applet EEM_Knock
"""
    )


def test_entries_of_an_existing_acl_stand_in_their_positions() -> None:
    wanted = intent(
        management_sources=["192.0.2.0/24", "198.51.100.7", "0.0.0.0/0"],
        new_acl_entries=["permit ip any any"],
    )
    assert block(wanted, EXISTING, "ip access-list extended ACL_WAN") == [
        " permit object-group OG_Knock_Services 192.0.2.0 0.0.0.255 host 203.0.113.10",
        " permit object-group OG_Knock_Services 192.0.2.0 0.0.0.255 host 10.1.1.1",
        " permit object-group OG_Knock_Services host 198.51.100.7 host 203.0.113.10",
        " permit object-group OG_Knock_Services host 198.51.100.7 host 10.1.1.1",
        " permit object-group OG_Knock_Services any host 203.0.113.10",
        " permit object-group OG_Knock_Services any host 10.1.1.1",
        " permit object-group OG_Knock any host 203.0.113.10",
        " permit tcp any host 203.0.113.10 eq 22 established",
        " permit tcp any host 203.0.113.10 eq 80 established",
        " permit tcp any host 203.0.113.10 eq 443 established",
        " dynamic DACL_WAN permit object-group OG_Knock_Services any host 203.0.113.10",
        " deny object-group OG_Knock_Services any host 203.0.113.10",
        " deny object-group OG_Knock_Services any host 10.1.1.1",
    ]
    assert "ip access-group" not in render(wanted, EXISTING)


def test_a_new_acl_has_its_body_below_and_is_bound_last() -> None:
    wanted = intent(
        new_acl_entries=["deny tcp any any eq 23", "permit ip any any"], keep_established=False
    )
    assert block(wanted, NEW, "ip access-list extended ACL_Internet_In") == [
        " permit object-group OG_Knock any host 203.0.113.10",
        " dynamic DACL_Internet_In permit object-group OG_Knock_Services any host 203.0.113.10",
        " deny object-group OG_Knock_Services any host 203.0.113.10",
        " deny object-group OG_Knock_Services any host 10.1.1.1",
        " deny tcp any any eq 23",
        " permit ip any any",
    ]
    assert lines(wanted, NEW)[-2:] == [
        "interface GigabitEthernet0/0",
        " ip access-group ACL_Internet_In in",
    ]


@pytest.mark.parametrize("platform", ["ios", "iosxe"])
def test_an_interface_in_two_spellings_is_one(platform: str) -> None:
    wanted = intent(
        interface=["gi0/0", "GigabitEthernet0/0"], new_acl_entries=["permit ip any any"]
    )
    once = intent(new_acl_entries=["permit ip any any"])
    at = recipe_for(once, platform).offline(once)
    assert render(wanted, at, platform=platform) == render(once, at, platform=platform)


def test_offline_an_interface_of_ios_xe_is_silent_too() -> None:
    """A denied packet would be answered, and knocks told from other ports (iosxe-facts §9.1)."""
    wanted = intent(new_acl_entries=["permit ip any any"])
    text = render(wanted, recipe_for(wanted, "iosxe").offline(wanted), platform="iosxe")
    assert "interface GigabitEthernet0/0\n no ip unreachables\n" in text


def test_a_new_acl_without_a_body_would_shut_out_everybody_and_is_refused() -> None:
    with pytest.raises(IntentError) as caught:
        render(intent(), NEW)
    assert "new_acl_entries" in caught.value.hint


def test_destination_any_is_one_destination_for_all_entries() -> None:
    """Design §4: one destination for all; what is shut stays the router's own addresses."""
    text = render(intent(destination="any"), EXISTING)
    assert " permit object-group OG_Knock any any\n" in text
    assert " dynamic DACL_WAN permit object-group OG_Knock_Services any any\n" in text
    assert " permit tcp any any eq 22 established\n" in text
    assert " host $_knock_Source_E1 any timeout " in text
    assert " deny object-group OG_Knock_Services any host 10.1.1.1\n" in text


def test_knocks_to_any_destination_are_read_on_ios_xe() -> None:
    """Iosxe-facts §1a: `denied udp SOURCE(PORT) -> DESTINATION(PORT)`, whatever it is."""
    wanted = intent(destination="any", new_acl_entries=["permit ip any any"])
    at = recipe_for(wanted, "iosxe").offline(wanted)
    patterns = re.findall(r'event syslog pattern "(.*?)"', render(wanted, at, platform="iosxe"))
    last = wanted.ports[-1].port
    said = (
        f"%FMANFP-6-IPACCESSLOGP: list {at.acl} denied udp 198.51.100.7(50000) -> "
        f"10.9.9.9({last}), 1 packet"
    )
    assert any(re.search(pattern, said) for pattern in patterns)


def test_the_temporary_entry_opens_no_host_behind_the_router() -> None:
    """ios-facts §5: access-template's destination becomes the entry's, so it is ours."""
    assert (
        'cli command "access-template $_knock_Services D$_knock_Services host $_knock_Source_E1 '
        'host 203.0.113.10 timeout $_knock_Timeout"'
    ) in render(intent(), EXISTING)


def test_offline_the_router_is_any() -> None:
    existing = intent()
    text = render(existing, offline_site(existing))
    assert " permit object-group OG_Knock any any\n" in text
    assert " deny object-group OG_Knock_Services any any\n" in text
    assert "ip access-group" not in text
    made = intent(new_acl_entries=["permit ip any any"], acl="ACL_X")
    text = render(made, offline_site(made))
    assert "ip access-list extended ACL_X\n" in text
    assert text.endswith(" permit ip any any\n! The line that shuts the door. A contribution.\n"
                         "interface GigabitEthernet0/0\n ip access-group ACL_X in\n")  # fmt: skip


@pytest.mark.parametrize("n_ports", [3, 4, 5, 9, 10, 16])
def test_applet_has_an_event_for_each_knock(n_ports: int) -> None:
    body = block(
        intent(ports=MANY[:n_ports], weak=True), EXISTING, "event manager applet EEM_Knock"
    )
    events = [line.split() for line in body if line.startswith(" event tag ")]
    tags = [words[2] for words in events]
    assert len(set(tags)) == n_ports
    assert body[n_ports] == " trigger occurs 1 period 10"
    assert body[n_ports + 1] == "  correlate " + " and ".join(f"event {tag}" for tag in tags)
    infos = [line.split("tag ")[1] for line in body if "info type event reqinfo tag" in line]
    assert infos == tags
    assert len(body[n_ports + 1]) <= 254


def test_tags_are_those_of_the_article_where_they_fit() -> None:
    assert " event tag _knock_Tag_E5 syslog pattern " in render(intent(), EXISTING)


@pytest.mark.parametrize("n_ports", [3, 5, 16])
def test_actions_are_labelled_so_that_sorting_as_text_keeps_them(n_ports: int) -> None:
    """ios-facts §3: labels sort as strings."""
    body = block(
        intent(ports=MANY[:n_ports], weak=True), EXISTING, "event manager applet EEM_Knock"
    )
    labels = [line.split()[1] for line in body if line.startswith(" action ")]
    assert labels == sorted(set(labels))
    assert len({len(label) for label in labels}) == 1


@pytest.mark.parametrize("n_ports", [3, 5, 16])
def test_every_if_ends_and_every_variable_has_a_value_first(n_ports: int) -> None:
    body = block(
        intent(ports=MANY[:n_ports], weak=True), EXISTING, "event manager applet EEM_Knock"
    )
    actions = [line.split(maxsplit=2)[2] for line in body if line.startswith(" action ")]
    assert sum(action.startswith("if ") for action in actions) == actions.count("end")
    assert actions[-1] == "exit"
    known = {"$_syslog_msg", "$_regexp_result", "$_knock_Services", "$_knock_Timeout"}
    for action in actions:
        if action.startswith("set "):
            known.add("$" + action.split()[1])
        else:
            assert set(re.findall(r"\$\w+", action)) <= known
    results = [at for at, action in enumerate(actions) if action.startswith("regexp ")]
    assert all(actions[at + 1] == 'if $_regexp_result eq "1"' for at in results)
    assert len(results) == n_ports


def test_order_and_source_are_compared_pairwise_then_the_entry_is_made() -> None:
    body = block(intent(), EXISTING, "event manager applet EEM_Knock")
    actions = [line.split(maxsplit=2)[2] for line in body if line.startswith(" action ")]
    at = actions.index("if $_knock_Sequence_E1 lt $_knock_Sequence_E2")
    assert actions[at : at + 10] == [
        *(f"if $_knock_Sequence_E{i} lt $_knock_Sequence_E{j}" for i, j in pairwise(range(1, 6))),
        *(f"if $_knock_Source_E{i} eq $_knock_Source_E{j}" for i, j in pairwise(range(1, 6))),
        'cli command "enable"',
        actions[at + 9],
    ]
    assert actions[at + 10 :] == ["end"] * 13 + ["exit"]


FORMATS = [
    "000123: *Mar  1 00:26:44.431: %CP-6-UDP: DROP  198.51.100.7(50000) -> 192.0.2.1(46543)",
    "\n000123: *Mar  1 00:26:44.431: %CP-6-UDP: DROP  198.51.100.7(50000) -> 192.0.2.1(46543)",
    "000123: .Jul 10 15:58:56.590 EDT: %CP-6-UDP: DROP 198.51.100.7(50000) -> 192.0.2.1(46543)",
    "000123: %CP-6-UDP: DROP  198.51.100.7(50000) -> 192.0.2.1(46543)",
    "000123: *Mar  1 00:26:44: %CP-6-UDP: DROP  ttl=59 length=9 198.51.100.7(5) -> 1.1.1.1(46543)",
    "1000123: Mar  1 00:26:44.431: %CP-6-UDP: DROP  198.51.100.7(50000) -> 192.0.2.1(46543)",
]  # ios-facts §1.1 and §2


def patterns() -> tuple[list[re.Pattern[str]], re.Pattern[str]]:
    body = block(intent(), EXISTING, "event manager applet EEM_Knock")
    events = [line.split('"')[1] for line in body if line.startswith(" event tag ")]
    regexp = next(line.split('"')[1] for line in body if " regexp " in line)
    for pattern in (*events, regexp):  # POSIX alone: the flavour of classic IOS is not known
        assert not re.search(r"\\[a-zA-Z]|[{?]", pattern)
    return [re.compile(pattern) for pattern in events], re.compile(regexp)


@pytest.mark.parametrize("message", FORMATS)
def test_messages_of_any_form_give_number_and_source(message: str) -> None:
    events, regexp = patterns()
    assert [bool(pattern.search(message)) for pattern in events] == [True] + [False] * 4
    found = regexp.search(message)
    assert found is not None
    assert found.groups() == (message.strip().partition(":")[0], "198.51.100.7")


@pytest.mark.parametrize(
    "message",
    [
        "000123: %CP-6-UDP: DROP  198.51.100.7(46543) -> 192.0.2.1(53)",
        "000123: %CP-6-UDP: PERMIT  198.51.100.7(5) -> 192.0.2.1(46543)",
        "000123: %CP-6-TCP: DROP  198.51.100.7(5) -> 192.0.2.1(46543)",
        "046543: %CP-6-UDP: DROP  198.51.100.7(5) -> 192.0.2.1(4654)",
        "000123: %CP-6-UDP: DROP  ttl=46543 198.51.100.7(5) -> 192.0.2.1(146543)",
    ],
)
def test_other_messages_are_no_knock(message: str) -> None:
    assert not patterns()[0][0].search(message)


def test_without_sequence_numbers_no_number_is_taken() -> None:
    """ios-facts §2: with numbering off the seconds would be taken for one."""
    message = "*Mar  1 00:26:44.431: %CP-6-UDP: DROP  198.51.100.7(5) -> 192.0.2.1(46543)"
    assert not patterns()[1].search(message)


def test_every_block_says_what_it_is_for_and_whose_it_is() -> None:
    text = render(intent(new_acl_entries=["permit ip any any"]), NEW)
    comments = " ".join(line for line in text.splitlines() if line.startswith("!"))
    assert comments.count("Owned") + comments.count("ontribution") >= 8
    assert text.isascii()
    assert "?" not in text


def test_longest_names_fit_the_parser() -> None:
    names = {
        "knock_group": "k" * 64,
        "service_group": "s" * 64,
        "acl": "a" * 63,
        "applet": "e" * 64,
        "copp_acl": "c" * 63,
    }
    site = Placement(destination="203.0.113.110", own_addresses=("203.0.113.110",), acl="a" * 63)
    wanted = intent(
        ports=MANY,
        names=names,
        management_sources=["198.51.100.128/25"],
        new_acl_entries=["permit ip any any"],
    )
    assert max(map(len, render(wanted, site).splitlines())) <= 254


def test_the_longest_entry_that_an_intent_may_have_is_rendered() -> None:
    longest = f"remark {'x' * 246}"  # one blank, and IOS's line of 254 is full
    assert f" {longest}" in lines(intent(new_acl_entries=[longest, "permit ip any any"]), NEW)
    with pytest.raises(InputError, match="too long"):
        intent(new_acl_entries=[f"{longest}x"])
