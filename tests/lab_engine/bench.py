"""One virtual router with the recipe on it, typed here by hand from ios-facts §12."""

from __future__ import annotations

from collections.abc import Iterable

from knockdeploy.ios.match import Packet
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.lab.router.vty import VtyLine

KNOCK = (46543, 28654, 40204, 57566, 34515)
WINDOW_S = 10
PAUSE_S = 0.4
OUTSIDE = "203.0.113.10"
INSIDE = "10.1.1.1"
CLIENT = "198.51.100.7"
STRANGER = "198.51.100.99"
OUTER = "GigabitEthernet0/0"

BASE = f"""
service timestamps log datetime msec
service sequence-numbers
hostname r1
archive
 path flash:saved
interface {OUTER}
 ip address {OUTSIDE} 255.255.255.0
 ip access-group ACL_Internet_In in
interface GigabitEthernet0/1
 ip address {INSIDE} 255.255.255.0
line vty 0 4
"""

GROUPS = """
object-group service OG_Knock
 udp eq 46543
 udp eq 28654
 udp eq 40204
 udp eq 57566
 udp eq 34515
object-group service OG_Knock_Services
 tcp eq 22
 tcp eq www
 tcp-udp eq 443
"""

POLICING = f"""
ip access-list extended ACL_CoPP_Knock
 permit object-group OG_Knock any host {OUTSIDE}
class-map match-any CM_CoPP_Knock
 match access-group name ACL_CoPP_Knock
policy-map PM_CoPP
 class CM_CoPP_Knock
  drop
class-map type logging match-any CM_CoPP_Log
 match  packets dropped
policy-map type logging PM_CoPP_Log
 class CM_CoPP_Log
control-plane host
 service-policy input PM_CoPP
 service-policy type logging input PM_CoPP_Log
"""

ACL = f"""
ip access-list extended ACL_Internet_In
 permit object-group OG_Knock any host {OUTSIDE}
 permit tcp any host {OUTSIDE} eq 22 established
 dynamic DACL_Internet_In permit object-group OG_Knock_Services any host {OUTSIDE}
 deny   object-group OG_Knock_Services any host {OUTSIDE}
 deny   object-group OG_Knock_Services any host {INSIDE}
 permit ip any any
"""

ENVIRONMENT = """
event manager environment _knock_Services ACL_Internet_In
event manager environment _knock_Timeout 60
"""

SIX_OR_MORE = "([0-9][0-9][0-9][0-9][0-9][0-9]+): "
TAKE_SOURCE = "^[^0-9%]*" + SIX_OR_MORE + r"[^%]*%CP-6-UDP: DROP[^(]* ([0-9.]+)\("


def applet(
    window_s: int = WINDOW_S, regexp: str = TAKE_SOURCE, knock: tuple[int, ...] = KNOCK
) -> str:
    """Return the corrected applet: anchored patterns, every variable preset, results tested."""
    knocks = range(1, len(knock) + 1)
    lines = ["event manager applet EEM_Knock"]
    lines += [
        rf' event tag E{i} syslog pattern "^[^%]*%CP-6-UDP: DROP .*-> [0-9.]+\({port}\)"'
        for i, port in zip(knocks, knock, strict=True)
    ]
    lines += [f" trigger occurs 1 period {window_s}"]
    lines += ["  correlate " + " and ".join(f"event E{i}" for i in knocks)]
    actions = [f'set {name}{i} "0"' for i in knocks for name in ("n", "a")]
    for i in knocks:
        actions += [
            f"info type event reqinfo tag E{i}",
            f'regexp "{regexp}" "$_syslog_msg" _whole n{i} a{i}',
            'if $_regexp_result eq "1"',
        ]
    actions += [f'if $n{i} lt "$n{i + 1}"' for i in knocks[:-1]]
    actions += [f'if $a{i} eq "$a{i + 1}"' for i in knocks[:-1]]
    actions += [
        'cli command "enable"',
        'cli command "access-template $_knock_Services D$_knock_Services host $a1 '
        f'host {OUTSIDE} timeout $_knock_Timeout"',
    ]
    actions += ["end"] * (len(knock) + 2 * (len(knock) - 1))
    lines += [f" action {10 * n:04d} {text}" for n, text in enumerate(actions)]
    return "\n".join(lines) + "\n"


RECIPE = BASE + GROUPS + POLICING + ACL + ENVIRONMENT + applet()


class Bench:
    """A router, its clock, and somebody who sends packets to it."""

    def __init__(self, config: str = RECIPE, behaviour: Behaviour | None = None) -> None:
        self.clock = ManualClock()
        self.router = VirtualRouter(config, name="r1", clock=self.clock, behaviour=behaviour)

    def udp(self, port: int, source: str = CLIENT, destination: str = OUTSIDE) -> bool:
        """Send one datagram from outside; tell whether it reaches a service."""
        return self.router.arrives(Packet("udp", source, 50000, destination, port), OUTER)

    def tcp(self, port: int = 22, source: str = CLIENT, destination: str = OUTSIDE) -> bool:
        """Send one SYN from outside; tell whether it reaches a service."""
        return self.router.arrives(Packet("tcp", source, 50000, destination, port), OUTER)

    def knock(self, ports: Iterable[int] = KNOCK, *sources: str, pause_s: float = PAUSE_S) -> None:
        """Knock, the sources taking turns, and let what it wakes run."""
        for index, port in enumerate(ports):
            if index:
                self.clock.advance(pause_s)
            self.udp(port, (sources or (CLIENT,))[index % len(sources or (CLIENT,))])
        self.clock.advance()

    def forget(self) -> None:
        """Let a window and a second pass, so that the next scenario stands alone (§13)."""
        self.clock.advance(WINDOW_S + 1)

    def entries(self, acl: str = "ACL_Internet_In") -> list[str]:
        """Return the temporary entries as printed: the unnumbered lines below the dynamic one."""
        lines = self.router.access_lists(acl)
        return [line.strip() for line in lines if line.startswith("     ")]

    def logged(self, text: str) -> list[str]:
        """Return the log lines that contain ``text``."""
        return [line for line in self.router.log_buffer.lines if text in line]

    def session(self) -> VtyLine:
        """Return a line on which somebody has logged in."""
        line = self.router.lines.open_line("ops", "192.0.2.1")
        assert line is not None
        return line

    def type(self, *lines: str) -> list[str]:
        """Type configuration lines in a session of its own; return the answers that are not ''."""
        line = self.session()
        mode: tuple[str, ...] | None = ()
        answers = []
        for text in lines:
            assert mode is not None
            mode, answer = self.router.configure(mode, text)
            answers += [answer] if answer else []
        self.router.left_configuration(line, mode or ())
        self.router.lines.close_line(line)
        return answers
