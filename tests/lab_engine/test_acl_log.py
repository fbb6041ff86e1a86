"""What IOS-XE logs of packets that hit an entry with `log`: the lines of iosxe-facts §1a."""

from __future__ import annotations

import pytest

from knockdeploy.ios.acl import ace_of
from knockdeploy.ios.match import Ace, Packet
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.acl_log import FlowLog
from knockdeploy.lab.router.clock import ManualClock

from .xe_bench import KNOCKER, WAN, XeBench


class Log:
    """An `FlowLog`, its clock, and what it said."""

    def __init__(self, **choice: object) -> None:
        self.clock = ManualClock()
        self.lines: list[str] = []
        behaviour = Behaviour(**choice).settled("iosxe")  # type: ignore[arg-type]
        self.log = FlowLog(self.lines.append, self.clock, behaviour)

    def see(self, acl: str, entry: Ace, *packets: Packet, interface: str = "") -> None:
        for packet in packets:
            self.log.see(acl, entry, packet, interface)


def udp(source: str, source_port: int, destination: str, port: int) -> Packet:
    return Packet("udp", source, source_port, destination, port)


@pytest.mark.parametrize(
    ("choice", "acl", "entry", "packet", "line"),
    [
        (
            {"acl_log_slot": "F0:", "acl_log_blanks": 2},
            "ACL_TEST", "permit icmp any any log", Packet("icmp", "3.3.3.3", 0, "1.1.1.1", 8),
            "%FMANFP-6-IPACCESSLOGDP: F0: fman_fp_image:  list ACL_TEST permitted icmp "
            "3.3.3.3 -> 1.1.1.1 (8/0), 1 packet",
        ),
        (
            {"acl_log_slot": "R0/0:"},
            "110", "deny tcp any any log", Packet("tcp", "10.100.8.34", 59120, "172.16.0.26", 7774),
            "%FMANFP-6-IPACCESSLOGP: R0/0: fman_fp_image: list 110 denied tcp "
            "10.100.8.34(59120) -> 172.16.0.26(7774), 1 packet",
        ),
        (
            {"acl_log_slot": "R0/0:"},
            "internet_in_gig0", "deny udp any any log", udp("1.2.3.4", 43526, "1.2.3.4", 5353),
            "%FMANFP-6-IPACCESSLOGP: R0/0: fman_fp_image: list internet_in_gig0 denied udp "
            "1.2.3.4(43526) -> 1.2.3.4(5353), 1 packet",
        ),
        (
            {"acl_log_slot": " SIP0:", "acl_log_blanks": 2},
            "ACL", "deny udp any any log", udp("10.10.10.10", 52361, "10.100.8.34", 10001),
            "%FMANFP-6-IPACCESSLOGP:  SIP0: fman_fp_image:  list ACL denied udp "
            "10.10.10.10(52361) -> 10.100.8.34(10001), 1 packet",
        ),
        (
            {"acl_log_facility": "SEC"},
            "177", "deny udp any any log", udp("192.168.100.195", 55250, "192.168.100.255", 15600),
            "%SEC-6-IPACCESSLOGP: list 177 denied udp 192.168.100.195(55250) -> "
            "192.168.100.255(15600), 1 packet",
        ),
        (
            {"acl_log_process": False},
            "acl", "permit tcp any any log", Packet("tcp", "40.0.1.2", 1024, "50.0.1.2", 1024),
            "%FMANFP-6-IPACCESSLOGP: F0/0: list acl permitted tcp "
            "40.0.1.2(1024) -> 50.0.1.2(1024), 1 packet",
        ),
    ],
)  # fmt: skip
def test_lines_are_those_of_real_routers(
    choice: dict[str, object], acl: str, entry: str, packet: Packet, line: str
) -> None:
    log = Log(**choice)
    log.see(acl, ace_of(entry, ()), packet)
    assert log.lines == [line]


def test_log_input_names_the_sender_and_glues_the_interface_to_the_arrow() -> None:
    log = Log()
    entry = ace_of("deny tcp any any log-input", ())
    packet = Packet("tcp", "198.51.100.10", 56279, "203.0.113.20", 45240)
    log.see("acl_Te0-1-1_in", entry, packet, interface="TenGigabitEthernet0/1/1")
    assert log.lines[0].endswith(
        " 198.51.100.10(56279) TenGigabitEthernet0/1/1-> 203.0.113.20(45240), 1 packet"
    )


def test_first_packet_of_a_flow_logs_at_once_and_the_next_ones_after_five_minutes() -> None:
    """Doc, and NCM: 1 packet, then 4 packets after five minutes."""
    log = Log()
    entry, packet = ace_of("deny udp any any log", ()), udp(KNOCKER, 5000, WAN, 46543)
    log.see("A", entry, packet)
    log.clock.advance(100)
    log.see("A", entry, *[packet] * 4)
    assert [line[-10:] for line in log.lines] == [", 1 packet"]
    log.clock.advance(201)
    assert [line[-11:] for line in log.lines[1:]] == [", 4 packets"]
    log.clock.advance(301)  # the flow ended: nothing more is told, and it begins anew
    assert len(log.lines) == 2
    log.see("A", entry, packet)
    assert log.lines[2].endswith(", 1 packet")


def test_a_new_source_port_is_a_new_flow() -> None:
    log = Log()
    entry = ace_of("deny udp any any log", ())
    for port in (5000, 5001, 5002):
        log.see("A", entry, udp(KNOCKER, port, WAN, 46543))
        log.clock.advance(1)
    assert len(log.lines) == 3


def test_an_entry_without_log_is_silent() -> None:
    log = Log()
    log.see("A", ace_of("deny udp any any", ()), udp(KNOCKER, 1, WAN, 2))
    assert log.lines == []


@pytest.mark.parametrize(("limit", "n_lines"), [("source", 2), ("list", 1), ("none", 4)])
def test_one_line_a_second(limit: str, n_lines: int) -> None:
    """A Cisco employee's remark, whatever a flow is there; two sources send twice in a second."""
    log = Log(acl_log_limit=limit)
    entry = ace_of("deny udp any any log", ())
    for number, source in enumerate((KNOCKER, "203.0.113.5") * 2):
        log.see("A", entry, udp(source, 5000 + number, WAN, 46543))
        log.clock.advance(0.2)
    assert len(log.lines) == n_lines


def test_lost_lines_are_told_where_the_image_does() -> None:
    log = Log(acl_log_tells_lost=True)
    entry = ace_of("deny udp any any log", ())
    log.see("A", entry, *(udp(KNOCKER, port, WAN, 46543) for port in range(5000, 5019)))
    log.clock.advance(1)
    log.see("A", entry, udp(KNOCKER, 6000, WAN, 46543))
    assert log.lines[1] == (
        "%SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 18 packets"
    )


def test_a_flow_may_be_all_that_one_entry_hears_of_a_source() -> None:
    """iosxe-facts §9.1: whether `range ... log` logs each new port is open."""
    log = Log(acl_log_flow="entry")
    entry = ace_of("deny udp any any range 46540 46549 log", ())
    for port in (46543, 46544):
        log.see("A", entry, udp(KNOCKER, port, WAN, port))
        log.clock.advance(2)
    assert len(log.lines) == 1


def test_the_router_logs_packets_to_itself_and_through_it() -> None:
    """C8V: the input ACL sees packets addressed to the router; each of a range's ports (§9.1)."""
    bench = XeBench()
    for port in (46540, 46543, 46549, 46550):
        bench.send(port)
        bench.clock.advance(1)
    lines = bench.logged("IPACCESSLOGP")
    assert [line.rsplit("(", 1)[1] for line in lines] == [
        "46540), 1 packet", "46543), 1 packet", "46549), 1 packet",
    ]  # fmt: skip
    assert all(f"list WAN-IN denied udp {KNOCKER}(" in line for line in lines)


def test_source_is_limited_however_many_others_there_are() -> None:
    log, deny = Log(acl_log_limit="source"), ace_of("deny udp any any log", ())
    for source in ("198.51.100.7", *(f"192.0.{n >> 8}.{n & 255}" for n in range(1100))):
        log.see("ACL", deny, udp(source, 5000, "203.0.113.1", 46543))
    n_logged = len(log.lines)
    log.see("ACL", deny, udp("198.51.100.7", 5001, "203.0.113.1", 46543))
    assert len(log.lines) == n_logged
    log.clock.advance(1)
    log.see("ACL", deny, udp("198.51.100.7", 5002, "203.0.113.1", 46543))
    assert len(log.lines) == n_logged + 1
