"""A virtual IOS-XE router with the draft of iosxe-facts §8, typed here by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from knockdeploy.ios.match import Packet
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.edition import IOS_XE
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

from .bench import Bench

WAN = "192.0.2.1"
OUTER = "GigabitEthernet0/0/0"
KNOCKER = "198.51.100.7"
KNOCK = (46543, 28654, 40204, 57566, 34515)
SLOT = 15
OPEN_MINUTES = 10

BASE = f"""
version 17.9
service timestamps log datetime msec
hostname x1
logging buffered 262144 informational
archive
 path bootflash:saved
interface {OUTER}
 ip address {WAN} 255.255.255.0
 ip access-group WAN-IN in
 no ip unreachables
interface GigabitEthernet0/0/1
 ip address 10.1.1.1 255.255.255.0
"""
ACL = f"""
ip access-list extended WAN-IN
 10 permit tcp any host {WAN} eq 22 established
 20 deny udp any host {WAN} range 46540 46549 log
 21 deny udp any host {WAN} range 28650 28659 log
 22 deny udp any host {WAN} range 40200 40209 log
 23 deny udp any host {WAN} range 57560 57569 log
 24 deny udp any host {WAN} range 34510 34519 log
 30 deny tcp any host {WAN} eq 22
 40 permit ip any any
"""
APPLETS = r"""
event manager applet KNOCK authorization bypass
 event syslog pattern "IPACCESSLOGP:.*list WAN-IN denied udp .*\(34515\), 1 packet" maxrun 60
 action 010 regexp " ([0-9]+:[0-9]+):[0-9]+.*udp ([0-9.]+)\(" "$_syslog_msg" m hhmm src
 action 020 if $_regexp_result eq "1"
 action 030  wait 1
 action 040  cli command "enable"
 action 050  cli command "show logging | include $hhmm:.*list WAN-IN denied udp $src\(.*, 1 packet"
 action 060  regexp "46543\),[^>]*> [0-9.]+\(28654\),[^>]*> [0-9.]+\(40204\),[^>]*> [0-9.]+\(57566\),[^>]*> [0-9.]+\(34515\),[^>]*$" "$_cli_result"
 action 070  if $_regexp_result eq "1"
 action 080   cli command "configure terminal"
 action 090   cli command "ip access-list extended WAN-IN"
 action 100   cli command "no 15"
 action 110   cli command "15 permit tcp host $src host 192.0.2.1 eq 22"
 action 120   cli command "end"
 action 130   counter name KNOCK op set value 0
 action 140   syslog msg "KNOCK open $src"
 action 150  end
 action 160 end
event manager applet KNOCK-EXPIRE authorization bypass
 event timer watchdog time 60 maxrun 30
 action 010 counter name KNOCK op inc value 1
 action 020 if $_counter_value_remain ge "10"
 action 030  cli command "enable"
 action 040  cli command "show ip access-lists WAN-IN"
 action 050  regexp "[^0-9]15 permit tcp host" "$_cli_result"
 action 060  if $_regexp_result eq "1"
 action 070   cli command "configure terminal"
 action 080   cli command "ip access-list extended WAN-IN"
 action 090   cli command "no 15"
 action 100   cli command "end"
 action 110  end
 action 120 end
"""  # noqa: E501  # lines of IOS
LINES = "line vty 0 4\n"
DRAFT = BASE + ACL + APPLETS + LINES


class XeBench(Bench):
    """A router with IOS-XE, its clock, and somebody who sends packets to it."""

    def __init__(self, config: str = DRAFT, behaviour: Behaviour | None = None) -> None:
        self.clock = ManualClock()
        self.router = VirtualRouter(
            config, name="x1", clock=self.clock, behaviour=behaviour, edition=IOS_XE
        )
        self._ports = itertools.cycle(range(32768, 61000))

    def send(
        self, port: int, source: str = KNOCKER, source_port: int | None = None, ack: bool = False,
        protocol: str = "udp",
    ) -> bool:  # fmt: skip
        """Send a packet from outside, of a flow of its own; tell whether it reaches a service."""
        source_port = source_port or next(self._ports)
        packet = Packet(protocol, source, source_port, WAN, port, ack)
        return self.router.arrives(packet, OUTER)

    def is_open(self, source: str = KNOCKER) -> bool:
        """Tell whether a SYN to SSH gets in."""
        return self.send(22, source, protocol="tcp")

    def knock_xe(
        self, ports: Iterable[int] = KNOCK, source: str = KNOCKER, pause_s: float = 1.0
    ) -> None:
        """Knock, each from a port of its own, and let what it wakes run."""
        for port in ports:
            self.send(port, source)
            self.clock.advance(pause_s)
        self.clock.advance(2)

    def to_second(self, second: float) -> None:
        """Let time pass until the clock shows this second of a minute."""
        self.clock.advance((second - self.clock.now()) % 60)

    def slot(self) -> str | None:
        """Return the entry that stands in the reserved slot."""
        lines = (line.strip() for line in self.router.access_lists("WAN-IN"))
        return next((line for line in lines if line.startswith(f"{SLOT} ")), None)
