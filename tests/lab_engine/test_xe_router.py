"""IOS-XE as a whole: what it prints, refuses and keeps (iosxe-facts §2 to §7)."""

from __future__ import annotations

import pytest

from knockdeploy.ios.refusals import INVALID
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.edition import IOS_XE
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

from .bench import Bench
from .xe_bench import ACL, BASE, DRAFT, KNOCK, LINES, WAN, XeBench

ENTERS = "ip access-list extended WAN-IN"


def entries(bench: XeBench, name: str = "WAN-IN") -> list[str]:
    return [line.strip() for line in bench.router.access_lists(name)[1:]]


def test_running_config_prints_the_numbers_of_entries_from_16_9_on() -> None:
    """§6: a remark has the number of the entry below; numbered lists are printed as named ones."""
    text = BASE + "ip access-list extended WAN-IN\n 10 remark X\n 10 permit ip any any\n"
    text += "access-list 103 permit tcp any any\nip access-list standard LAN\n permit 10.0.0.0\n"
    bench = XeBench(text + LINES)
    shown = bench.router.running_text()
    assert "ip access-list extended WAN-IN\n 10 remark X\n 10 permit ip any any\n" in shown
    assert "ip access-list extended 103\n 10 permit tcp any any\n" in shown
    assert "ip access-list standard LAN\n 10 permit 10.0.0.0\n" in shown


def test_numbers_survive_a_reload_where_they_are_printed_and_not_before() -> None:
    odd = BASE + "ip access-list extended ODD\n 7 permit ip any any\n 13 deny ip any any\n" + LINES
    for is_printed, numbers in ((True, ["7", "13"]), (False, ["10", "20"])):
        bench = XeBench(odd, Behaviour(ace_numbers=is_printed))
        bench.router.save()
        bench.router.reload()
        assert [line.split()[0] for line in entries(bench, "ODD")] == numbers


def test_a_number_that_is_taken_is_refused_and_an_equal_entry_changes_nothing() -> None:
    """§2a, doc SEQ."""
    bench = XeBench()
    before = bench.router.running
    assert bench.type(ENTERS, "20 permit tcp any any") == ["Duplicate sequence number."]
    assert bench.type(ENTERS, f"17 deny tcp any host {WAN} eq 22") == []  # 30 is the same
    assert bench.router.running == before
    assert "17 " not in "".join(entries(bench))


def test_no_number_takes_an_entry_away_and_is_harmless_where_there_is_none() -> None:
    """§2a; §9.8 is a switch."""
    bench = XeBench()
    bench.type(ENTERS, "15 permit tcp host 198.51.100.7 any eq 22")
    assert entries(bench)[1].startswith("15 permit tcp host 198.51.100.7")
    assert bench.type(ENTERS, "no 15", "no 15") == []
    assert not any(line.startswith("15 ") for line in entries(bench))
    strict = XeBench(behaviour=Behaviour(absent_number="refused"))
    assert len(strict.type(ENTERS, "no 15")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("class-map type logging match-any CM",),
        ("policy-map type logging PM",),
        ("policy-map type port-filter PM",),
        ("control-plane transit",),
        ("policy-map PM", "class class-default", "control-plane host", "service-policy input PM"),
        ("control-plane", "service-policy type logging input PM"),
        (ENTERS, "5 dynamic D permit object-group OG any any"),
        ("event manager applet A", "action 1 info type event reqinfo tag E1"),
        ("event manager applet A", 'action 1 regexp "a" "$_syslog_msg" m a b c d'),
    ],
)
def test_what_ios_xe_has_not_is_refused(lines: tuple[str, ...]) -> None:
    """§1, §2d, §3, §5; the last line of each is the one."""
    bench = XeBench()
    assert bench.type("object-group service OG", "tcp eq 22", *lines) == [INVALID]
    assert Bench().type("class-map type logging match-any CM") == []  # classic IOS has it


def test_three_submatches_are_taken() -> None:
    line = 'action 1 regexp "(a)(b)(c)" "$_syslog_msg" m a b c'
    assert XeBench().type("event manager applet A", line) == []


def test_entries_with_object_groups_do_not_see_packets_to_the_router() -> None:
    """§1a, doc OG17; of packets through the router they do."""
    text = BASE + "object-group service OG\n tcp eq 22\n" + LINES
    text += f"ip access-list extended WAN-IN\n deny object-group OG any host {WAN}\n"
    text += " permit ip any any\n"
    assert XeBench(text).is_open()
    assert not XeBench(text, Behaviour(groups_filter_own=True)).is_open()


def test_established_outlives_the_slot() -> None:
    """§8: sessions outlive the window; whether it is so for packets to the router is open."""
    bench = XeBench()
    assert bench.send(22, protocol="tcp", ack=True)
    bench = XeBench(behaviour=Behaviour(established_own=False))
    assert not bench.send(22, protocol="tcp", ack=True)


def test_an_edit_of_a_list_in_use_may_drop_packets_for_a_while() -> None:
    """§9.8: open."""
    bench = XeBench(behaviour=Behaviour(acl_edit_gap_ms=300))
    assert bench.send(9999)
    bench.type(ENTERS, "15 permit tcp host 198.51.100.7 any eq 22")
    assert not bench.send(9999)
    bench.clock.advance(0.3)
    assert bench.send(9999)


def test_the_log_buffer_has_the_size_that_is_configured() -> None:
    bench = XeBench(BASE.replace("262144 informational", "5000 warnings") + LINES)
    for number in range(100):
        bench.router.log(f"%TEST-4-WORD: {'x' * 50} {number}")
        bench.router.log("%TEST-5-WORD: of a level that is not kept")
    kept = bench.router.log_buffer.lines
    assert 4800 < sum(len(line) + 1 for line in kept) <= 5000
    assert kept[-1].endswith(" 99")
    assert not bench.logged("not kept")
    shown = bench.router.run_exec("show logging", is_privileged=True)
    assert "Log Buffer (5000 bytes):" in shown
    assert f"Buffer logging:  level warnings, {len(kept)} messages logged" in shown
    off = XeBench(BASE.replace("logging buffered 262144 informational", "no logging buffered"))
    off.router.log("%TEST-4-WORD: more")
    assert off.router.log_buffer.lines == ()
    assert "Buffer logging:  disabled" in off.router.run_exec("show logging", is_privileged=True)


def test_a_cleared_log_buffer_has_all_of_its_room_again() -> None:
    router = XeBench(BASE.replace("262144 informational", "4096")).router
    router.log("%TEST-4-WORD: ")
    line = f"%TEST-4-WORD: {'x' * (63 - len(router.log_buffer.lines[0]))}"  # 64 with its end
    for _ in range(2):
        router.log_buffer.clear()
        for _ in range(70):
            router.log(line)
        assert len(router.log_buffer.lines) == 4096 / 64


STAMPS = [
    ("service timestamps log datetime msec", "*Mar  1 00:26:40.000: "),
    ("service timestamps log datetime", "*Mar  1 00:26:40: "),
    ("service timestamps log datetime msec year", "*Mar  1 2002 00:26:40.000: "),
    ("service timestamps log datetime msec localtime", "*Feb 28 17:26:40.000: "),
    ("service timestamps log datetime localtime show-timezone", "*Feb 28 17:26:40 MST: "),
    ("service timestamps log uptime", "00:00:00: "),
]


@pytest.mark.parametrize(("line", "stamp"), STAMPS)
def test_show_logging_has_the_timestamps_that_are_asked_for(line: str, stamp: str) -> None:
    text = BASE.replace("service timestamps log datetime msec", line)
    bench = XeBench(text + "clock timezone MST -7 0\n" + ACL + LINES)
    bench.send(KNOCK[0])
    shown = bench.router.run_exec("show logging | include IPACCESSLOG", is_privileged=True)
    assert shown.startswith(f"{stamp}%FMANFP-6-IPACCESSLOGP: ")
    assert shown.count("\n") == 1


def test_a_broken_filter_is_answered() -> None:
    assert (
        XeBench().router.run_exec("show logging | include (", is_privileged=True).startswith("% ")
    )


@pytest.mark.parametrize(
    ("underscore", "filter_", "is_found"),
    [
        ("literal", "list A_B denied", True),
        ("delimiter", "list A_B denied", False),
        ("delimiter", r"list A\_B denied", True),
        ("delimiter", "list A[_]B denied", True),
        ("delimiter", "list A.B_denied_udp_", True),
        ("delimiter", "1 packet_", True),
    ],
)
def test_an_underscore_in_a_filter_is_itself_or_a_delimiter(
    underscore: str, filter_: str, is_found: bool
) -> None:
    bench = XeBench(BASE + LINES, Behaviour(filter_underscore=underscore))  # type: ignore[arg-type]
    bench.router.log("%X-6-Y: list A_B denied udp 1.1.1.1(1) -> 2.2.2.2(2), 1 packet")
    shown = bench.router.run_exec(f"show logging | include {filter_}", is_privileged=True)
    assert ("denied" in shown) == is_found


def test_files_are_on_bootflash_and_flash_is_the_same() -> None:
    """§7: real archive names begin with bootflash:."""
    bench = XeBench(DRAFT)
    line = bench.router.lines.open_line("ops", "10.1.1.2")
    assert line is not None
    assert "to bootflash:saved-" in bench.router.revert.arm(1, line)
    (name,) = bench.router.flash
    assert name.startswith("saved-Mar--1-")
    bench.type("hostname other")
    bench.clock.advance(61)
    assert bench.router.running.child("hostname x1")
    assert bench.router.replace_by(f"flash:{name}") == bench.router.replace_by(f"bootflash:/{name}")


def test_configure_replace_keeps_numbers_that_its_file_prints() -> None:
    bench = XeBench(DRAFT)
    bench.router.flash["before"] = bench.router.running_text()
    bench.type(ENTERS, "15 permit tcp host 198.51.100.7 any eq 22")
    bench.router.replace_by("bootflash:before")
    assert bench.router.running_text() == bench.router.flash["before"]
    assert [line.split()[0] for line in entries(bench)] == [
        "10", "20", "21", "22", "23", "24", "30", "40",
    ]  # fmt: skip


def test_a_router_starts_from_what_it_printed() -> None:
    bench = XeBench()
    again = VirtualRouter(
        bench.router.running_text(), name="x1", clock=ManualClock(), edition=IOS_XE
    )
    assert again.running_text() == bench.router.running_text()


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("as typed", ' event syslog pattern "GO" maxrun 60'),
        ("unquoted", " event syslog pattern GO maxrun 60"),
        ("maxrun first", ' event syslog maxrun 60 pattern "GO"'),
    ],
)
def test_applets_may_be_printed_otherwise_and_are_the_same_applets(form: str, line: str) -> None:
    """§9.14: open."""
    text = 'event manager applet A\n event syslog pattern "GO" maxrun 60\n action 1 puts "x"\n'
    bench = XeBench(BASE + text + LINES, Behaviour(applet_printed=form))  # type: ignore[arg-type]
    assert f"{line}\n" in bench.router.running_text()
    before = bench.router.event_manager.applets
    bench.router.save()
    bench.router.reload()
    assert bench.router.event_manager.applets == before
