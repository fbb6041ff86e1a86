"""What clears a temporary entry: its source, and its destination as the router prints it (§5)."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import survey

from knockdeploy.ios.counters import access_lists, show_list
from knockdeploy.ios.parse import parse
from knockdeploy.recipe.grant.lock_and_key import LockAndKey

ROUTER = """\
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group ACL_Internet_In in
"""
AT = survey(
    parse(ROUTER + "ip access-list extended ACL_Internet_In\n permit ip any any\n"),
    an_intent(),
)
LISTED = """\
Extended IP access list ACL_Internet_In
    10 permit object-group OG_Knock any host 203.0.113.10 (5 matches)
    20 Dynamic DACL_Internet_In permit object-group OG_Knock_Services any host 203.0.113.10
       {}
    30 permit ip any any
"""
CLEAR = "clear access-template ACL_Internet_In DACL_Internet_In host 198.51.100.7 "


@pytest.mark.parametrize(
    ("printed", "aims"),
    [
        # The form of real reflexive entries, and those that nobody has confirmed.
        ("permit ip host 198.51.100.7 any (5 matches) (time left 275)", ["host 203.0.113.10"]),
        ("permit tcp host 198.51.100.7 host 203.0.113.10 eq 22 (time left 275)",
         ["host 203.0.113.10"]),
        ("permit object-group OG_Knock_Services host 198.51.100.7 host 10.1.1.1 (time left 9)",
         ["host 10.1.1.1", "host 203.0.113.10"]),
        ("tcp host 198.51.100.7 10.1.1.0 0.0.0.255 eq 22",
         ["10.1.1.0 0.0.0.255", "host 203.0.113.10"]),
        ("198.51.100.7 host 10.1.1.1", ["host 10.1.1.1", "host 203.0.113.10"]),
        ("permit ip host 198.51.100.7", ["host 203.0.113.10"]),
        ("permit ip host 198.51.100.7 host", ["host 203.0.113.10"]),
    ],
)  # fmt: skip
def test_what_stays_is_cleared_by_its_destination_and_by_where_clients_aim(
    printed: str, aims: list[str]
) -> None:
    left = LockAndKey().standing({show_list(AT.acl): LISTED.format(printed)}, AT)
    lines = LockAndKey().clearing(["198.51.100.7"], left, AT, "203.0.113.10")
    assert list(lines) == [CLEAR + aim for aim in aims]


def test_first_every_destination_is_meant() -> None:
    assert LockAndKey().clearing(["198.51.100.7"], (), AT, "203.0.113.10") == (f"{CLEAR}any",)


def test_nothing_is_typed_again_where_no_other_destination_is_known() -> None:
    left = access_lists(LISTED.format("permit ip host 198.51.100.7 any"))["ACL_Internet_In"]
    found = LockAndKey().clearing(["198.51.100.7"], left[1].temporary, AT, None)
    assert found == ()
