"""Show commands, by outputs of real routers (ios-facts §5, §6, §9)."""

from __future__ import annotations

import pytest

from knockdeploy.device.answers import configuration
from knockdeploy.device.show_output import (
    PendingRevert,
    User,
    connected_to,
    own_user,
    pending,
    way_back,
)
from knockdeploy.ios.counters import Entry, TemporaryEntry, access_lists, class_packets, sources
from knockdeploy.ios.version import Version, version_of

CLASSIC = (
    "Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6, RELEASE SOFTWARE"
)
XE = "Cisco IOS Software [Fuji], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 16.9.4, R"
XE_OLD = "Cisco IOS Software, IOS-XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 15.2(4)S"
XE_HEAD = "Cisco IOS XE Software, Version 16.09.04\n" + XE


def test_classic_version_is_read() -> None:
    assert version_of(CLASSIC) == Version("15.2(4)M6", is_xe=False)
    assert version_of(CLASSIC).refusal is None


@pytest.mark.parametrize("text", [XE, XE_OLD, XE_HEAD])
def test_xe_is_refused_with_the_reason(text: str) -> None:
    assert "no control-plane logging" in (version_of(text).refusal or "")


@pytest.mark.parametrize(
    ("number", "can"),
    [
        ("12.4(22)T", True),
        ("12.4(24)T5", True),
        ("12.4(15)T7", False),
        ("12.4(25d)", False),
        ("12.3(26)", False),
        ("12.2(33)SRE", False),
        ("15.0(1)M", True),
        ("15.1(4)M12a", True),
        ("15.5(2)T", True),
        ("15.9(3)M0a", True),
        ("15.2(20200924:215240)", True),  # an interim build
        ("15.2(7)E3", False),
        ("15.0(2)SE11", False),
        ("15.2(2)EX", False),
        ("15.1(2)SY", False),
        ("15.1(2)SG8a", False),
        ("15.6(2)SP", False),
        ("15.3(3)S", False),
        ("15.1(2)GC", False),
        ("15.3(3)JF", False),
        ("15.7(3)M8", True),
    ],
)
def test_oldest_version_is_12_4_22_t(number: str, *, can: bool) -> None:
    text = CLASSIC.replace("15.2(4)M6", number)
    assert (version_of(text).refusal is None) is can


def test_something_else_is_no_classic_ios() -> None:
    assert version_of("Command authorization failed.").refusal is not None


XE_MODE = "Router operating mode: Controller-Managed\n"


@pytest.mark.parametrize(
    ("text", "is_xe", "why", "hint"),
    [
        (CLASSIC, False, None, ""),
        (XE, True, None, ""),
        (XE, False, "IOS-XE 16.9.4 has no control-plane logging", "platform: cisco_xe in"),
        (CLASSIC, True, "classic IOS 15.2(4)M6, and platform says", "platform: cisco_ios in"),
        (CLASSIC.replace("15.2(4)M6", "12.4(15)T5"), False, "IOS 12.4(15)T5 is too old",
         "classic IOS 12.4(22)T"),
        (XE.replace("16.9.4", "3.16.4S"), True, "IOS-XE 3.16.4S is too old", "IOS-XE 16 and"),
        (XE.replace("16.9.4", "16.1.1"), True, None, ""),
        (f"{XE}\n{XE_MODE}", True, "controller mode", "IOS-XE 16 and 17 in autonomous"),
        ("% No such thing", True, "does not look like IOS-XE", "IOS-XE 16 and 17"),
        ("% No such thing", False, "does not look like classic IOS", "classic IOS 12.4(22)T"),
    ],
)  # fmt: skip
def test_refusal_says_what_else_the_router_may_be(
    text: str, why: str | None, hint: str, *, is_xe: bool
) -> None:
    refused = version_of(text).refused_as(is_xe=is_xe)
    if why is None:
        assert refused is None
    else:
        assert refused is not None
        assert why in refused[0]
        assert refused[1].startswith(hint)


USERS = """\
    Line       User       Host(s)              Idle       Location
   0 con 0                idle                 1d02h
*388 vty 0     admin      idle                 00:00:00   198.51.100.7
 389 vty 1     a-rather-long-name 10.1.1.1     00:04:12   192.0.2.9

  Interface    User               Mode         Idle     Peer Address
"""


def test_own_line_of_show_users_is_the_one_with_the_star() -> None:
    assert own_user(USERS) == User("vty 0", "admin", "198.51.100.7")
    assert own_user(USERS.replace("*388", "*  2")) == User("vty 0", "admin", "198.51.100.7")
    assert own_user("Command authorization failed.") is None
    assert own_user("*  2 vty 0     \n") is None  # cut off: who is there is not told


def test_line_without_a_user_is_read() -> None:
    text = "*  2 vty 0                idle                 00:00:00 198.51.100.7\n"
    assert own_user(text) == User("vty 0", "", "198.51.100.7")


TCP = """\
TCB       Local Address               Foreign Address             (state)
6523A4FC  203.0.113.10.22             198.51.100.7.51234          ESTAB
6523B0C0  10.1.1.1.22                 192.0.2.9.40000             ESTAB
65239A84  203.0.113.10.22             198.51.100.7.50000          TIMEWAIT
"""


def test_address_we_connected_to_is_the_one_of_our_sessions() -> None:
    assert connected_to(TCP, "198.51.100.7") == {("203.0.113.10", 22)}
    assert connected_to(TCP, "198.51.100.70") == frozenset()
    assert connected_to(TCP.replace(".22 ", ":22 ").replace(".40000", ":40000"), "192.0.2.9") == {
        ("10.1.1.1", 22)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1.1.0/24\n  nexthop 10.0.0.2 GigabitEthernet0/1\n", "GigabitEthernet0/1"),
        ("10.1.1.0/24\n  attached to GigabitEthernet0/1\n", "GigabitEthernet0/1"),
        (
            "0.0.0.0/0, version 26, epoch 0, cached adjacency 10.0.0.2\n0 packets, 0 bytes\n"
            "  via 10.0.0.2, 0 dependencies, recursive\n"
            "    next hop 10.0.0.2, FastEthernet0/0 via 10.0.0.2/32\n    valid cached adjacency\n",
            "FastEthernet0/0",
        ),
        (
            "10.0.0.0/8, version 2\n  via 10.0.0.2, Serial0/0/0.1, 0 dependencies\n",
            "Serial0/0/0.1",
        ),
        ("0.0.0.0/0\n  nexthop 10.0.0.2 Gi0/1\n  nexthop 10.0.1.2 Gi0/2\n", None),
        ("0.0.0.0/0\n  no route\n", None),
        ("%IPv4 CEF not running\n", None),
    ],
)
def test_way_back_is_one_interface_or_unclear(text: str, expected: str | None) -> None:
    assert way_back(text) == expected


def test_pending_timer_is_read() -> None:
    text = (
        "\nTime configured: 11:35:59 UTC Sun Nov 22 2026\nTimer type: absolute timer\n"
        "Timer value: 3 min\nUser: admin\n"
    )
    assert pending(text) == PendingRevert("admin", "3 min", "11:35:59 UTC Sun Nov 22 2026")
    assert pending("%No Rollback Confirmed Change pending") is None
    assert pending("              ^\n% Invalid input detected at '^' marker.") is None


@pytest.mark.parametrize(
    ("configured", "clock", "left_s"),
    [
        ("11:35:59 UTC Sun Nov 22 2026", "*11:37:29.123 UTC Sun Nov 22 2026", 90),
        ("Sun Nov 22 23:59:00 CET 2026", ".00:01:00.001 CET Mon Nov 23 2026", 60),
        ("11:35:59 UTC Sun Nov 22 2026", "11:50:00.000 UTC Sun Nov 22 2026", 0),  # it is about to
        ("11:35:59 UTC Sun Nov 22 2026", "11:30:00.000 UTC Sun Nov 22 2026", None),  # clock was set
        ("10:00", "11:30:00.000 UTC Sun Nov 22 2026", None),
        ("11:35:59 UTC Sun Nov 22 2026", "% Invalid input detected at '^' marker.", None),
        ("11:35:59 UTC Sun Nov 31 2026", "11:30:00.000 UTC Sun Nov 22 2026", None),
    ],
)
def test_time_left_counts_from_the_routers_own_time_configured(
    configured: str, clock: str, left_s: int | None
) -> None:
    assert PendingRevert("jane", "3 min", configured).left_s(clock) == left_s
    assert PendingRevert("jane", "", configured).left_s(clock) is None


LISTS = """\
Standard IP access list 23
    10 permit 10.10.10.0, wildcard bits 0.0.0.7 (12 matches)
Extended IP access list ACL_WAN
    3 permit OG_Knock any host 203.0.113.10 (15 matches)
    7 Dynamic DACL_WAN permit object-group OG_Knock_Services any host 203.0.113.10
       permit object-group OG_Knock_Services host 198.51.100.7 any (5 matches) (time left 275)
    10 permit tcp any any established (1 match)
    20 deny ip any any log
Reflexive IP access list R
     permit tcp host 1.1.1.1 eq 22 host 2.2.2.2 eq 999 (2 matches) (time left 1)
"""


def test_access_lists_are_read_with_numbers_counts_and_temporary_entries() -> None:
    found = access_lists(LISTS)
    temporary = TemporaryEntry(
        "198.51.100.7", "permit object-group OG_Knock_Services host 198.51.100.7 any", 5, 275
    )
    assert list(found) == ["23", "ACL_WAN", "R"]
    assert found["ACL_WAN"] == (
        Entry(3, "permit OG_Knock any host 203.0.113.10", 15),
        Entry(
            7,
            "permit object-group OG_Knock_Services any host 203.0.113.10",
            None,
            "DACL_WAN",
            (temporary,),
        ),
        Entry(10, "permit tcp any any established", 1),
        Entry(20, "deny ip any any log"),
    )
    assert found["R"] == ()


@pytest.mark.parametrize("blank", ["", "  ", "\r"])
def test_blank_line_is_no_temporary_entry(blank: str) -> None:
    template = f"Extended IP access list A\n    7 Dynamic DA permit ip any any\n{blank}\n"
    (entry,) = access_lists(f"{template}Extended IP access list B\n")["A"]
    assert entry.temporary == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("permit ip host 10.1.1.1 any (5 matches) (time left 275)", "10.1.1.1"),
        ("host 10.1.1.1 any", "10.1.1.1"),
        ("tcp host 10.1.1.1 host 203.0.113.10 eq 22", "10.1.1.1"),
        ("permit OG_Knock_Services host 10.1.1.1 any (time left 60)", "10.1.1.1"),
        ("object-group OG_Knock_Services host 10.1.1.1 host 203.0.113.10", "10.1.1.1"),
        ("permit ip 10.1.1.1 0.0.0.0 any", "10.1.1.1"),
        ("permit ip any host 203.0.113.10", None),
    ],
)
def test_source_of_a_temporary_entry_in_every_form(line: str, expected: str | None) -> None:
    text = f"Extended IP access list A\n    7 Dynamic DA permit ip any any\n       {line}\n"
    (entry,) = access_lists(text)["A"]
    assert [one.source for one in entry.temporary] == [expected]


def test_entry_printed_as_several_lines_is_one_open_door() -> None:
    entries = [TemporaryEntry("10.1.1.1", "a"), TemporaryEntry("10.1.1.1", "b")]
    assert sources(entries) == {"10.1.1.1"}


def test_class_counters_are_read() -> None:
    text = """\
 Control Plane Host

  Service-policy input: PM_CoPP

    Class-map: CM_CoPP_Knock (match-all)
      5 packets, 300 bytes
      5 minute offered rate 0 bps, drop rate 0 bps
      Match: access-group name ACL_CoPP_Knock
      drop

    Class-map: class-default (match-any)
      12 packets, 1320 bytes
"""
    assert class_packets(text) == {"CM_CoPP_Knock": 5, "class-default": 12}
    assert class_packets("") == {}


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Building configuration...\n\nCurrent configuration : 5066 bytes\n", "!\nversion 15.2\n"),
        ("Using 1540 out of 262136 bytes\n", "!\n! Last configuration change at x\n!\nversion\n"),
        ("startup-config is not present", ""),
    ],
)
def test_configuration_is_taken_out_of_what_show_prints(head: str, body: str) -> None:
    assert configuration(head + body) == body
