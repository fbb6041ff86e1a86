"""Temporary entries are cleared, and looked for again, against a script."""

from __future__ import annotations

from device.script import session
from knockdeploy.change.observations import clear_entries
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import CLASSIC_IOS

AT = Placement(acl="ACL")


def test_temporary_entries_are_cleared_in_one_round_trip() -> None:
    clear = "clear access-template ACL DACL host 198.51.100.7 any"
    show = "show ip access-lists ACL"
    left = "Extended IP access list ACL\r\n    7 Dynamic DACL permit ip any any\r\n"
    opened, _ = session((f"{clear}\n{show}\n", f"{clear}\r\nR1#{show}\r\n{left}R1#"))
    assert clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], None) == ()
    assert opened.trips == 2


def test_entry_that_any_does_not_clear_is_cleared_with_its_destination() -> None:
    show = "show ip access-lists ACL"
    head = "Extended IP access list ACL\r\n    7 Dynamic DACL permit object-group OG any any\r\n"
    ours = "       permit object-group OG host 198.51.100.7 host 203.0.113.10 (time left 275)\r\n"
    others = "       permit object-group OG host 192.0.2.9 host 203.0.113.10\r\n"
    first = "clear access-template ACL DACL host 198.51.100.7 any"
    second = "clear access-template ACL DACL host 198.51.100.7 host 203.0.113.10"

    def exchange(clear: str, left: str) -> tuple[str, str]:
        return f"{clear}\n{show}\n", f"{clear}\r\nR1#{show}\r\n{head}{left}R1#"

    opened, script = session(exchange(first, ours + others), exchange(second, others))
    assert clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], None) == ()
    assert script.is_done
    opened, script = session(exchange(first, ours), exchange(second, ours))
    (left,) = clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], None)
    assert (left.source, script.is_done) == ("198.51.100.7", True)
    shown = ours.replace("host 203.0.113.10", "any")  # printed otherwise than it was made
    opened, script = session(exchange(first, shown), exchange(second, ""))
    assert clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], "203.0.113.10") == ()
