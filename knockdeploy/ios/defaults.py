"""What running-config prints of a line that is switched off.

Most lines just go. Some are printed as ``no ...`` when off and not at all when on; some are
printed either way. From real configurations (ios-facts §7, OXI, CCP and others).
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Literal

from knockdeploy.ios.tree import Node

_GLOBAL = re.compile(
    r"ip (domain[ -]lookup|source-route|gratuitous-arps|bootp server|icmp rate-limit|"
    r"dhcp use|forward-protocol|tcp path-mtu-discovery|finger)|cdp (run|log)|"
    r"logging (console|monitor|message-counter)|mmi |scheduler allocate|vstack|"
    r"service (pad|dhcp|password-recovery|timestamps)|network-clock-participate|"
    r"ipv6 source-route|boot startup-test|parser|platform|license"
)
_INTERFACE = re.compile(
    r"ip (address$|redirects|unreachables|proxy-arp|route-cache|directed-broadcast|mroute-cache)|"
    r"cdp |logging event|keepalive$|fair-queue$|mop |negotiation auto|lldp (transmit|receive)|"
    r"bridge-group \d+ (source-learning|unicast-flooding)|snmp trap|routing dynamic|"
    r"switchport$|peer neighbor-route|auto-summary"
)
_SECTIONS = {
    "config": _GLOBAL,
    "config-if": _INTERFACE,
    "config-subif": _INTERFACE,
    "config-line": re.compile(r"exec|modem enable|activation-character|login|vacant-message"),
    "config-router": re.compile(r"passive-interface|auto-summary|synchronization|bgp default"),
    "config-router-af": re.compile(r"neighbor \S+ activate|auto-summary|synchronization"),
    "config-router-af-interface": re.compile(r"passive-interface|split-horizon|next-hop-self"),
    "cs-server": re.compile(r"database archive"),
    "config-dial-peer": re.compile(r"sip-register|vad|voice-class"),
    "conf-voi-serv": re.compile(r"supplementary-service|fax-relay"),
    "conf-serv-sip": re.compile(r"call service stop"),
    "config-webvpn-context": re.compile(r"inservice"),
    "config-archive-log-cfg": re.compile(r"hidekeys"),
}
# Printed either way (real configurations: OXI, CCP).
_BOTH_WAYS = re.compile(
    r"ip (cef|http (secure-)?server)$|ipv6 cef$|aaa new-model$|service password-encryption$"
)


def is_printed_off(mode: str, line: str) -> bool:
    """Tell whether ``no LINE`` is printed although nothing was configured before."""
    known = _SECTIONS.get(mode)
    return bool(known and known.match(line)) or is_printed_both_ways(mode, line)


def is_printed_both_ways(mode: str, line: str) -> bool:
    """Tell whether the line is printed when it is on, too."""
    return mode == "config" and bool(_BOTH_WAYS.match(line))


_DEFAULT_CLASS = MappingProxyType(
    {
        "drop": (Node("class class-default", (Node("drop"),)),),
        "bare": (Node("class class-default"),),
        "none": (),
    }
)


def default_class(header: str, form: Literal["drop", "bare", "none"]) -> tuple[Node, ...]:
    """Return what IOS puts into a new section: class-default, into the policy of a firewall.

    It drops, in whatever ``form`` it is printed (ios-facts-more §A).
    """
    return _DEFAULT_CLASS[form] if header.startswith("policy-map type inspect ") else ()
