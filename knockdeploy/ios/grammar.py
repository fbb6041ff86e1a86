"""Which modes IOS has, which line opens which, and which lines replace each other.

A mode is named as its prompt is. Tables, so that a new one is a line. The words of a mode decide
whether a line is understood there or falls through to the mode above, as a pasted running-config
needs it: IOS leaves a sub-mode by itself when a line belongs further out.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from knockdeploy.ios.tree import Path


@dataclass(frozen=True, slots=True)
class Mode:
    """One configuration mode.

    ``words`` are the first words it understands (None: any); ``ip$`` is ``ip`` and no more.
    ``single`` are lines that exist once for each value of their groups: typing one replaces the
    other. ``opens`` maps a line to the mode it enters; such a line is the header of a section
    and exists once likewise.
    """

    words: frozenset[str] | None = None
    single: tuple[re.Pattern[str], ...] = ()
    opens: tuple[tuple[re.Pattern[str], str], ...] = ()


def _single(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern + r"(?:\s|$)") for pattern in patterns)


def _opens(**patterns: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(pattern + r"(?:\s|$)"), name.replace("_", "-"))
        for name, pattern in patterns.items()
    )


_GLOBAL_WORDS = frozenset(
    "aaa access-list alias archive arp banner bba-group boot boot-end-marker boot-start-marker "
    "bridge call-home card cdp class-map clock config-register control-plane controller crypto "
    "cts default-value dial-peer dialer-list dot11 dot1x enable ephone ephone-dn event exception "
    "file flow gatekeeper hostname interface ip ipv6 isdn key kron l2tp-class license line lldp "
    "logging login map-class memory memory-size menu mgcp mls mmi mpls multilink "
    "network-clock-participate ntp object-group parameter-map parser platform policy-map "
    "privilege process prompt pseudowire-class radius radius-server redundancy resource "
    "resource-pool rmon route-map router rtr sampler scheduler security service sip-ua "
    "snmp-server spanning-tree spd standby subscriber tacacs tacacs-server telephony-service "
    "template tftp-server time-range track upgrade username version vlan voice voice-card "
    "voice-port vpdn vpdn-group vrf vtp webvpn wlccp xconnect zone zone-pair".split()
)
_INTERFACE_WORDS = frozenset(
    "arp async authentication auto backup bandwidth bridge-group carrier-delay cdp channel-group "
    "clock crypto custom-queue-list delay description dialer dialer-group dot1x duplex "
    "encapsulation fair-queue flow-sampler flowcontrol full-duplex group-range half-duplex "
    "hold-queue ip ipv6 isdn keepalive lacp lldp load-interval logging mac-address media-type "
    "mls mop mpls mtu negotiation ntp peer physical-layer ppp pppoe pppoe-client priority-queue "
    "pvc random-detect rate-limit serial service-policy shutdown snmp spanning-tree speed "
    "standby storm-control switchport tcp traffic-shape transmit-interface tunnel tx-ring-limit "
    "udld vlan-id vrf vrrp xconnect zone-member".split()
)
# Lines of the global mode that begin as lines of an interface do, or that no other section has.
GLOBAL_ONLY = re.compile(
    r"ip (route|http|ssh|domain|name-server|forward-protocol|dhcp (pool|excluded-address)|host|"
    r"nat (pool|inside|outside|translation) .*\S+ |cef$|access-list|local|tftp|ftp|scp|sla|"
    r"source-route|prefix-list|radius|tacacs|inspect name|bootp|classless|subnet-zero)\b|"
    r"event manager |logging (?!event|synchronous|enable|size)|aaa new-model|boot-|hostname |"
    r"scheduler |username |service (?!-)|enable (secret|password)|ntp (server|source|clock-period)|"
    r"snmp-server"
)
_ACE_WORDS = frozenset("permit deny dynamic remark evaluate".split())

GLOBAL = "config"

MODES: dict[str, Mode] = {
    GLOBAL: Mode(
        words=_GLOBAL_WORDS,
        single=_single(
            r"hostname",
            r"enable (secret|password)",
            r"service (timestamps \w+|\S+)",
            r"event manager environment (\S+)",
            r"event manager session cli username",
            r"username (\S+)",
            r"banner (\S+)",
            r"logging (buffered|console|monitor|trap|facility|source-interface|rate-limit|count)",
            r"ip domain[ -]name",
            r"ip default-gateway",
            r"ip ssh (version|time-out|authentication-retries)",
            r"clock timezone",
            r"version",
        ),
        opens=_opens(
            config_applet=r"event manager applet (\S+)",
            config_archive=r"archive",
            config_cmap=r"class-map (?:type (\S+) )?(?:match-(?:any|all) )?(\S+)",
            config_cp_host=r"control-plane host",
            config_cp_transit=r"control-plane transit",
            config_cp_cef=r"control-plane cef-exception",
            config_cp=r"control-plane",
            config_ext_nacl=r"ip access-list extended (\S+)",
            config_std_nacl=r"ip access-list standard (\S+)",
            config_subif=r"interface (\S+\.\d+)",
            config_if=r"interface (\S+)",
            config_keychain=r"key chain (\S+)",
            dhcp_config=r"ip dhcp pool (\S+)",
            config_line=r"line (\S+ \d+(?: \d+)?)",
            config_network_group=r"object-group network (\S+)",
            config_pmap=r"policy-map (?:type (\S+) )?(\S+)",
            config_profile=r"parameter-map (.+)",
            config_route_map=r"route-map (\S+ \S+ \d+)",
            config_router=r"router (.+)",
            config_sec_zone=r"zone security (\S+)",
            config_sec_zone_pair=r"zone-pair security (\S+)",
            config_service_group=r"object-group service (\S+)",
            config_time_range=r"time-range (\S+)",
            config_track=r"track (\d+)",
            config_vrf=r"(?:ip vrf|vrf definition) (?!forwarding)(\S+)",
        ),
    ),
    "config-if": Mode(
        words=_INTERFACE_WORDS,
        single=_single(
            r"description",
            r"ip access-group \S+ (in|out)",
            r"ip address(?! \S+ \S+ secondary)",
            r"ip nat (inside|outside)",
            r"ip (mtu|unnumbered|vrf forwarding)",
            r"service-policy (?:type \S+ )?(input|output)",
            r"shutdown",
            r"zone-member",
            r"(bandwidth|delay|mtu|duplex|speed|encapsulation)",
        ),
    ),
    "config-ext-nacl": Mode(words=_ACE_WORDS),
    "config-std-nacl": Mode(words=_ACE_WORDS),
    "config-service-group": Mode(
        words=frozenset("tcp udp tcp-udp icmp ip$ group-object description gre esp ahp".split()),
        single=_single(r"description"),
    ),
    "config-network-group": Mode(
        words=frozenset("<address> host group-object description range any".split()),
        single=_single(r"description"),
    ),
    "config-cmap": Mode(
        words=frozenset("match description rename".split()), single=_single(r"description")
    ),
    "config-pmap": Mode(
        words=frozenset("class description rename".split()),
        single=_single(r"description"),
        opens=_opens(config_pmap_c=r"class (?:type (\S+) )?(\S+)"),
    ),
    "config-pmap-c": Mode(
        words=frozenset(
            "bandwidth compression drop estimate fair-queue inspect log pass police priority "
            "queue-limit random-detect service-policy set shape".split()
        ),
        single=_single(r"(police|shape|bandwidth|priority|queue-limit|log|drop|service-policy)"),
    ),
    "config-cp": Mode(
        words=frozenset({"service-policy", "management-interface"}),
        single=_single(r"service-policy (?:type (\S+) )?(input|output)"),
    ),
    "config-applet": Mode(
        words=frozenset("action attribute description event set trigger".split()),
        single=_single(r"description", r"action (\S+)", r"event tag (\S+)", r"event (?!tag)"),
        opens=_opens(config_applet_trigger=r"trigger"),
    ),
    "config-applet-trigger": Mode(
        words=frozenset("attribute correlate".split()),
        single=_single(r"correlate", r"attribute tag (\S+)"),
    ),
    "config-line": Mode(
        words=frozenset(
            "absolute-timeout access-class accounting activation-character authorization autobaud "
            "autocommand autohangup autoselect databits escape-character exec exec-character-bits "
            "exec-timeout flowcontrol flush-at-activation history international ipv6 length "
            "location logging login modem monitor motd-banner no notify padding parity password "
            "private privilege refuse-message rotary rxspeed script session-limit session-timeout "
            "special-character-bits speed stopbits telnet terminal-type timeout transport txspeed "
            "vacant-message width".split()
        ),
        single=_single(
            r"access-class \S+ (in|out)",
            r"transport (input|output|preferred)",
            r"(exec-timeout|login|password|privilege|length|width|speed|history|session-timeout)",
        ),
    ),
    "config-archive": Mode(
        words=frozenset("log maximum path rollback time-period write-memory".split()),
        single=_single(r"(path|maximum|time-period)"),
        opens=_opens(config_archive_log_cfg=r"log config"),
    ),
    "config-archive-log-cfg": Mode(
        words=frozenset("hidekeys logging notify record".split()), single=_single(r"logging size")
    ),
}
_SAME = {
    "config-subif": "config-if",
    "config-cp-host": "config-cp",
    "config-cp-transit": "config-cp",
    "config-cp-cef": "config-cp",
}
_ANY_SECTION = Mode()


def rules(mode: str) -> Mode:
    """Return the rules of a mode; a section that no table knows takes any line."""
    return MODES.get(_SAME.get(mode, mode), _ANY_SECTION)


def understood(mode: str, line: str) -> bool:
    """Tell whether ``mode`` itself takes ``line``, rather than a mode further out."""
    words = rules(mode).words
    if mode != GLOBAL and (GLOBAL_ONLY.match(line) or _opened_globally(mode, line)):
        return False
    word = line.split(maxsplit=1)[0]
    word = "<address>" if word[0].isdigit() else word
    return words is None or word in words or f"{line}$" in words


def _opened_globally(mode: str, line: str) -> bool:
    return opened(GLOBAL, line) is not None and opened(mode, line) is None


def mode_of(path: Path) -> str:
    """Return the mode inside the sections of ``path``, as the prompt names it."""
    mode = GLOBAL
    for header in path:
        mode = opened(mode, header) or f"{mode}-sub"
    return mode


@functools.lru_cache(maxsize=16384)
def opened(mode: str, line: str) -> str | None:
    """Return the mode that ``line`` enters when typed in ``mode``, or None."""
    return next((name for pattern, name in rules(mode).opens if pattern.match(line)), None)


@functools.lru_cache(maxsize=65536)  # every line is asked about once for each line typed
def key(mode: str, line: str) -> tuple[object, ...]:
    """Return what identifies ``line`` in ``mode``: lines with equal keys replace each other."""
    known = rules(mode)
    patterns = (*(pattern for pattern, _ in known.opens), *known.single)
    for pattern in patterns:
        if match := pattern.match(line):
            return (pattern.pattern, *match.groups())
    return (line,)
