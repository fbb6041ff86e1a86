"""What ports are used for: which ones suit a knock, and what a decoy of one looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from knockdeploy.sequence import MAX_PORT

LOWEST: Final = 1024
PRIVATE: Final = range(49152, MAX_PORT + 1)
"""Where hosts take the ports of their own queries from (RFC 6335)."""

TRACEROUTE: Final = range(33434, 33535)
VOICE: Final = range(16384, 32768)  # media of voice gateways on IOS

# UDP that routers speak themselves (the class drops it for them too), or that every scan tries:
# TACACS, DNS, DHCP, TFTP, NTP, NetBIOS, SNMP, mobile IP, Auto-RP, IKE, syslog, RIP, LDP, RADIUS,
# L2TP, H.323, IP SLA, HSRP, NetFlow, MGCP, GLBP, BFD, VXLAN, SIP, CAPWAP, mDNS.
SPOKEN: Final = frozenset(
    map(
        int,
        "49 53 67 68 69 123 137 138 139 161 162 434 496 500 514 520 646 1645 1646 1701 1718 1719"
        " 1812 1813 1900 1967 1985 2055 2427 3222 3784 3785 4500 4784 4789 5060 5061 5246 5247 5353"
        " 9996".split(),
    )
)

FREE: Final = frozenset(range(LOWEST, PRIVATE.start)).difference(SPOKEN, VOICE, TRACEROUTE)
"""Where new knocks are drawn from: what no router, scan, call or host's own query uses."""

KINDS: Final[tuple[Sequence[int], ...]] = (tuple(sorted(FREE)), VOICE, PRIVATE)
"""Ports in order that look alike to whoever scans: a decoy is of the kind of its knock."""
