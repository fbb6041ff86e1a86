"""Which entries are ours where no group tells, and whom a knock lets in there (iosxe-facts §8)."""

from __future__ import annotations

import pytest
from intents import an_intent

from knockdeploy.ios.counters import show_list
from knockdeploy.ios.filters import surely_admitted
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.ways_in import way_in
from knockdeploy.recipe.enforcement.inbound_acl import opened_acl
from knockdeploy.recipe.grant.numbered_ace import NumberedAce
from knockdeploy.recipe.marked_entries import own_marked
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.running import Running
from knockdeploy.recipe.trigger.acl_log import matched

INTENT = an_intent(interface="Gi0/0/0")
OUTSIDE, INSIDE, US = "203.0.113.10", "10.1.1.1", "198.51.100.7"
HEARS = f"deny udp any gt 0 host {OUTSIDE} eq "
ESTABLISHED = f"permit tcp any host {OUTSIDE} eq 22 established"
SHUT = f"deny tcp any host {OUTSIDE} eq 22", f"deny tcp any host {INSIDE} eq 22"
THEIRS = "permit tcp any any eq 23 log"


@pytest.mark.parametrize(
    ("texts", "ours"),
    [
        ((f"{HEARS}7909 log", ESTABLISHED, f"{HEARS}46543 log"), {0, 1, 2}),
        ((f"{HEARS}7909 log", f"{HEARS}46543 log", ESTABLISHED), {0, 1}),
        ((ESTABLISHED, f"{HEARS}7909 log", THEIRS, *SHUT, f"{HEARS}46543 log", SHUT[0]),
         {1, 3, 4, 5}),
        ((ESTABLISHED, *SHUT), set()),
    ],
)  # fmt: skip
def test_ours_are_those_that_hear_and_what_has_our_form_between_them(
    texts: tuple[str, ...], ours: set[int]
) -> None:
    assert own_marked(texts) == ours


def test_an_entry_that_heard_nothing_yet_counts_nothing() -> None:
    """Which has no `(N matches)` behind it then."""
    listed = (
        "Extended IP access list WAN\n"
        f"    10 {HEARS}7909 log (3 matches)\n    20 {HEARS}46543 log\n"
        f"    30 {SHUT[0]} (9 matches)\n"
    )
    at = recipe_for(INTENT, "iosxe").offline(INTENT)
    assert matched({show_list(at.acl): listed.replace("WAN", at.acl)}, at) == 3
    assert matched({show_list(at.acl): ""}, at) is None


def router(*entries: str) -> str:
    return (
        f"interface GigabitEthernet0/0\n ip address {OUTSIDE} 255.255.255.0\n"
        " ip access-group WAN in\nip access-list extended WAN\n"
        + "".join(f" {entry}\n" for entry in entries)
    )


DEPLOYED = (
    f"{HEARS}7909 log",
    f"permit tcp 192.0.2.0 0.0.0.255 host {INSIDE} eq 22",
    *SHUT,
    f"{HEARS}46543 log",
    "permit ip any any",
)


def test_the_list_that_a_knock_opens_is_known_by_its_entries_where_no_variable_names_it() -> None:
    assert opened_acl(Running.of(router(*DEPLOYED))) == "WAN"
    assert opened_acl(Running.of(router(*DEPLOYED[1:4]))) is None
    named = "event manager environment _knock_Services ACL_Internet_In\n"
    assert opened_acl(Running.of(router(*DEPLOYED) + named)) == "ACL_Internet_In"


@pytest.mark.parametrize(
    ("entries", "source", "target", "is_in"),
    [
        (DEPLOYED, US, OUTSIDE, True),
        (DEPLOYED, US, INSIDE, False),  # what a knock makes is for where knocks come to
        (DEPLOYED, "198.51.100.8", OUTSIDE, False),
        (("permit tcp host 192.0.2.1 any eq 22", *DEPLOYED), US, OUTSIDE, True),
        (("permit tcp host 192.0.2.1 any eq 22", *DEPLOYED), US, INSIDE, False),
        ((f"permit tcp 192.0.2.0 0.0.0.255 host {INSIDE} eq 22", *SHUT), US, OUTSIDE, False),
    ],
)
def test_a_knock_lets_its_source_in_where_the_knocks_come_to(
    entries: tuple[str, ...], source: str, target: str, is_in: bool
) -> None:
    way = NumberedAce().opened(way_in(parse(router(*entries)), "GigabitEthernet0/0"), US)
    assert surely_admitted(way, Packet("tcp", source, 50000, target, 22)) is is_in
