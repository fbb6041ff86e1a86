"""Temporary entries are cleared, and looked for again, against a script."""

from __future__ import annotations

from intents import an_intent

from device.script import ENTER, session
from knockdeploy.change.observations import clear_entries
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import CLASSIC_IOS, recipe_for

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


XE = recipe_for(
    an_intent(interface="GigabitEthernet0/0/0"),
    "iosxe",
)
MADE = "permit tcp host {} gt 0 host 203.0.113.10 eq 22"
OURS, OTHERS = MADE.format("198.51.100.7"), MADE.format("192.0.2.9")


def listed(*entries: str) -> tuple[str, str]:
    show = "show ip access-lists ACL"
    shown = "".join(f"    {n} {entry}\r\n" for n, entry in enumerate(entries, 1))
    return (f"{show}\n", f"{show}\r\nExtended IP access list ACL\r\n{shown}R1#")


def taken_out(line: str) -> tuple[tuple[str, str], ...]:
    header, mode = "ip access-list extended ACL", "R1(config-ext-nacl)#"
    return (
        ENTER,
        (f"{header}\n", f"{header}\r\n{mode}"),
        (f"no {line}\nexit\nend\n", f"no {line}\r\n{mode}exit\r\nR1(config)#end\r\nR1#"),
    )


def test_entries_of_ios_xe_are_taken_out_of_the_list() -> None:
    opened, script = session(listed(OURS, OTHERS), *taken_out(OURS), listed(OTHERS))
    assert clear_entries(opened, XE, AT, ["198.51.100.7"], "203.0.113.10") == ()
    assert script.is_done
    opened, script = session(listed(OURS, OTHERS), *taken_out(OURS), listed(OURS, OTHERS))
    (left,) = clear_entries(opened, XE, AT, ["198.51.100.7"], "203.0.113.10")
    assert (left.source, script.is_done) == ("198.51.100.7", True)


def test_without_an_entry_of_ours_ios_xe_is_not_configured() -> None:
    opened, script = session(listed(OTHERS))
    assert clear_entries(opened, XE, AT, ["198.51.100.7"], "203.0.113.10") == ()
    assert script.is_done
