"""What the show commands print, read by parsers that nobody here wrote (ntc-templates)."""

from __future__ import annotations

from typing import Any

import pytest
from ntc_templates.parse import parse_output  # type: ignore[import-untyped]

from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.lab.shell.show_config import printed
from lab_io.conftest import PLACE, Console

KNOCK = (
    "conf t\n"
    "object-group service OG_Knock\nudp eq 21176\nexit\n"
    "ip access-list extended ACL_CoPP_Knock\npermit object-group OG_Knock any any\nexit\n"
    "class-map match-all CM_CoPP_Knock\nmatch access-group name ACL_CoPP_Knock\nexit\n"
    "policy-map PM_CoPP\nclass CM_CoPP_Knock\ndrop\nexit\nexit\n"
    "control-plane host\nservice-policy input PM_CoPP\nend\n"
)


def shown(console: Console, command: str) -> str:
    """Return the answer without the echoed command and the prompt after it."""
    return console.type(f"{command}\n").split("\n", 1)[1].removesuffix("r2#")


def parsed(console: Console, command: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parse_output("cisco_ios", command, shown(console, command))
    return rows


def test_inspect_is_printed_with_a_blank_behind_it_and_what_else_a_class_does_is_not() -> None:
    """ios-facts-more §A, from real routers."""
    text = (
        "policy-map type inspect P\n class type inspect C\n  inspect\n"
        " class class-default\n  drop log\n"
    )
    shown = printed(parse(text))
    assert "  inspect \n" in shown
    assert shown.replace("  inspect \n", "  inspect\n").startswith(text)


def test_version_is_read_as_classic_ios(console: Console) -> None:
    console.clock.advance(3600 + 120)
    (row,) = parsed(console, "show version")
    assert row["version"] == "15.2(4)M6"
    assert row["software_image"] == "C2900-UNIVERSALK9-M"
    assert row["hostname"] == "r2"
    assert row["uptime"] == "1 hour, 2 minutes"
    assert row["hardware"] == ["CISCO2911/K9"]


def test_users_mark_our_own_line(console: Console) -> None:
    console.machine.router.lines.open_line("somebody", "192.0.2.7", PLACE.outside, "Gi0/0")
    assert shown(console, "show users").splitlines()[1:3] == [
        " 388 vty 0     somebody   idle                 00:00:00 192.0.2.7",
        "*389 vty 1     admin      idle                 00:00:00 127.0.0.1",
    ]


def test_access_list_shows_the_numbers(console: Console) -> None:
    text = shown(console, "show ip access-lists ACL_WAN")
    assert "    50 deny tcp any any eq 22\n" in text
    rows = parse_output("cisco_ios", "show ip access-lists", text)
    numbers = [row["line_num"] for row in rows if row["line_num"]]
    assert numbers == ["10", "20", "30", "40", "50", "60", "70"]


def test_interfaces_have_their_addresses(console: Console) -> None:
    rows = {row["interface"]: row for row in parsed(console, "show ip interface brief")}
    assert rows["GigabitEthernet0/0"]["ip_address"] == PLACE.outside
    assert rows["GigabitEthernet0/1"]["ip_address"] == PLACE.inside
    assert rows["GigabitEthernet0/2"]["status"] == "administratively down"


def test_clock_is_not_synchronised(console: Console) -> None:
    assert shown(console, "show clock") == "*00:26:40.000 UTC Fri Mar 1 2002\n"
    (row,) = parsed(console, "show clock")
    assert (row["time"], row["year"]) == ("00:26:40.000", "2002")


def test_archive_lists_its_files(console: Console) -> None:
    console.type("configure terminal revert timer 5\nend\nconfigure confirm\n")
    (row,) = parsed(console, "show archive")
    assert row["filenames"][0].startswith("flash:archive-")
    console.type("conf t\nno archive\nend\n")
    assert shown(console, "show archive") == " Archive feature not enabled\n"


def test_logging_ends_with_the_buffer(console: Console) -> None:
    console.type("conf t\nend\n")
    (row,) = [row for row in parsed(console, "show logging") if row["mnemonic"] == "CONFIG_I"]
    assert (row["facility"], row["severity"]) == ("SYS", "5")


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("127.0.0.1", "127.0.0.0/24\n  nexthop 127.10.255.254 GigabitEthernet0/1\n"),
        ("127.66.1.2", "0.0.0.0/0\n  nexthop 127.20.255.254 GigabitEthernet0/0\n"),
        ("127.10.9.9", "127.10.0.0/16\n  attached to GigabitEthernet0/1\n"),
        (PLACE.outside, f"{PLACE.outside}/32\n  receive for GigabitEthernet0/0\n"),
    ],
    ids=["operator", "stranger", "neighbour", "own"],
)
def test_cef_tells_the_way_back(console: Console, address: str, answer: str) -> None:
    assert shown(console, f"show ip cef {address}") == answer


def test_cef_says_when_it_is_off(console: Console) -> None:
    router = console.machine.router
    router.replace(router.running_text().replace("ip cef\n", "no ip cef\n"))
    assert shown(console, "show ip cef 127.0.0.1") == "%IPv4 CEF not running\n"


def test_running_config_is_the_configuration_with_its_header(console: Console) -> None:
    text = shown(console, "show running-config")
    assert text.startswith("Building configuration...\n\nCurrent configuration : ")
    assert text.endswith("!\nend\n\n")
    assert parse(text) == console.machine.router.running
    assert "\n deny   tcp any any eq 22\n" in text


def test_running_config_says_who_changed_it_last(console: Console) -> None:
    console.type("conf t\nhostname r2\nend\nwr\n")
    text = shown(console, "show running-config")
    assert "! Last configuration change at 00:26:40 UTC Fri Mar 1 2002 by admin\n" in text
    assert "! NVRAM config last updated at 00:26:40 UTC Fri Mar 1 2002 by admin\n" in text


def test_running_config_counts_its_bytes(console: Console) -> None:
    text = shown(console, "show running-config")
    header, _, body = text.partition("bytes\n!\n")
    assert header.split()[-1] == str(len(body.removesuffix("\n")))


def test_startup_config_is_what_was_saved(console: Console) -> None:
    before = console.machine.router.running
    console.type("conf t\nhostname new\nend\n")
    text = console.type("show startup-config\n")
    assert parse(text.split("bytes\n")[1].split("\nend\n")[0]) == before


def test_running_config_of_one_interface(console: Console) -> None:
    text = shown(console, "show running-config interface gi0/2")
    assert "interface GigabitEthernet0/2\n no ip address\n shutdown\n" in text


def test_policy_counts_what_it_dropped(console: Console) -> None:
    console.type(KNOCK)
    for _ in range(3):
        packet = Packet("udp", "127.66.0.1", 5000, PLACE.outside, 21176)
        assert not console.machine.router.arrives(packet, "GigabitEthernet0/0")
    text = shown(console, "show policy-map control-plane host")
    assert "  Service-policy input: PM_CoPP\n" in text
    assert "    Class-map: CM_CoPP_Knock (match-all)  \n      3 packets, 180 bytes\n" in text
    assert "      Match: access-group name ACL_CoPP_Knock\n" in text
    assert "      drop\n" in text


def test_registered_policies_have_name_and_patterns(console: Console) -> None:
    console.type(
        'conf t\nevent manager applet EEM_Test\nevent syslog pattern "%CP-6-UDP: DROP"\n'
        'action 0100 syslog msg "seen"\nend\n'
    )
    text = shown(console, "show event manager policy registered")
    assert text.splitlines()[1].split()[:5] == ["1", "applet", "user", "syslog", "Off"]
    assert text.splitlines()[1].endswith(" EEM_Test")
    assert "pattern {%CP-6-UDP: DROP}" in text


def test_lock_is_free(console: Console) -> None:
    assert "State             : FREE\n" in shown(console, "show configuration lock")


def test_line_in_use_is_shown(console: Console) -> None:
    assert "*   388  388 VTY" in shown(console, "show line")


def test_policies_that_run_and_wait_are_named(console: Console) -> None:
    console.type(
        "conf t\nevent manager applet SLOW\nevent syslog pattern SLOWLY\naction 1 wait 5\nexit\n"
        "event manager applet NEXT\nevent syslog pattern SLOWLY\naction 1 wait 5\nend\n"
    )
    assert "SLOW" not in shown(console, "show event manager policy active")
    console.machine.router.log("%TEST-6-SLOWLY: go")
    assert shown(console, "show event manager policy active").split()[-1] == "SLOW"
    assert shown(console, "show event manager policy pending").split()[-1] == "NEXT"
    console.clock.advance(5.5)
    assert shown(console, "show event manager policy active").split()[-1] == "NEXT"
    assert "NEXT" not in shown(console, "show event manager policy pending")
