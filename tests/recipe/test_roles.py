"""What an entry of our list is for, whoever's template or hand wrote it."""

from __future__ import annotations

import pytest

from knockdeploy.recipe.enforcement.own_entries import role_of
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.role import Role

TO = "host 203.0.113.10"


@pytest.mark.parametrize(
    ("entry", "role"),
    [
        (f"permit object-group OG_Knock any {TO}", Role.KNOCK),
        (f"deny udp any gt 0 {TO} eq 46543 log", Role.KNOCK),  # hears it (iosxe-facts §8)
        (f"permit object-group OG_Knock_Services host 192.0.2.5 {TO}", Role.MANAGEMENT),
        (f"permit tcp any {TO} eq 22 established", Role.ESTABLISHED),
        (f"dynamic DWAN permit object-group OG_Knock_Services any {TO}", Role.DYNAMIC),
        (f"deny object-group OG_Knock_Services any {TO}", Role.DENY),
        (f"deny tcp any {TO} eq 22", Role.DENY),
        ("permit ip any any", Role.BODY),
        ("permit tcp any any eq 22", Role.BODY),
        ("permit object-group OG_Knocker any any", Role.BODY),
    ],
)
def test_an_entry_tells_what_it_is_for(entry: str, role: Role) -> None:
    assert role_of(entry, Placement()) is role
