"""The modes of configuration as tables, named as their prompts are: a new one is a line.

Here are those the recipe types in or reads; everybody else's are in sections.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from knockdeploy.ios.sections import BGP_FAMILY, SECTIONS


@dataclass(frozen=True, slots=True)
class Mode:
    """One configuration mode.

    ``words`` are the first words it understands (None: any); ``ip$`` is ``ip`` and no more.
    ``single`` are lines that exist once for each value of their groups: typing one replaces the
    other. ``opens`` maps a line to the mode it enters; such a line is the header of a section
    and exists once likewise. Both are patterns of whole words; grammar.py compiles those it meets.
    """

    words: frozenset[str] | None = None
    single: tuple[str, ...] = ()
    opens: tuple[tuple[str, str], ...] = ()


def _mode(words: str, *single: str, **opens: str) -> Mode:
    """Return a mode that takes these words; a pattern of ``opens`` enters the mode of its name."""
    entered = tuple((pattern, name.replace("_", "-")) for name, pattern in opens.items())
    return Mode(frozenset(words.split()), single, entered)


_GLOBAL_WORDS = (
    "aaa access-list alias app-hosting aqm-register-fnf archive arp async-bootp authentication "
    "bsd-client banner bba-group boot boot-end-marker boot-start-marker bridge call-home card "
    "cdp class-map clock config-register control-plane controller cpd crypto cts default-value "
    "diagnostic dial-peer dialer-list dot11 dot1x enable ephone ephone-dn ephone-template "
    "errdisable ethernet event exception file flow gatekeeper hostname interface iox ip ipv6 "
    "isdn key kron l2tp-class license line lldp logging login macro map-class memory "
    "memory-size menu mgcp mls mmi mpls multilink netconf netconf-yang nls "
    "network-clock-participate network-clock-select ntp onep object-group pae parameter-map "
    "parser platform policy-map port-channel privilege process prompt pseudowire-class radius "
    "radius-server redundancy resource resource-pool restconf rmon route-map router rtr sampler "
    "scheduler scripting security service sip-ua snmp-server spanning-tree spd spe ss7 standby "
    "stcapp system tdm terminal-queue ptp subscriber tacacs tacacs-server telemetry "
    "telephony-service template tftp-server time-range track upgrade username version "
    "virtual-service vlan voice voice-card voice-port vpdn vpdn-group vrf vstack vtp webvpn "
    "wlccp xconnect zone zone-pair"
)
_INTERFACE_WORDS = (
    "arp async authentication auto backup bandwidth bridge-group carrier-delay cdp channel-group "
    "clock crypto custom-queue-list delay description dialer dialer-group dot1x duplex "
    "encapsulation fair-queue flow-sampler glbp flowcontrol full-duplex group-range half-duplex "
    "hold-queue ip ipv6 isdn keepalive lacp lldp load-interval logging mac-address media-type "
    "mls mop mpls mtu negotiation ntp peer physical-layer ppp pppoe pppoe-client priority-queue "
    "pvc random-detect rate-limit redundancy serial service-policy shutdown snmp "
    "spanning-tree speed standby storm-control switchport tcp traffic-shape "
    "transmit-interface tunnel tx-ring-limit udld vlan-id vrf vrrp xconnect zone-member "
    "antenna bfd bridge broadcast-key channel dampening dsl dsu encryption fragment guest-mode "
    "if-state isis ospfv3 packet power routing rts service-module ssid station-role transceiver "
    "transport vlan"
)
# Lines of the global mode that begin as lines of a section do, or that no section has.
GLOBAL_ONLY = re.compile(
    r"(no )?(ip (route|http|https|ssh|domain|domain-name|domain-list|name-server|forward-protocol|"
    r"dhcp (pool|excluded-address|use|ping|conflict|database|bootp|snooping|class|limit)|host|"
    r"nat (pool|inside|outside|translation|service|log) \S+|cef$|cef accounting|access-list|"
    r"local (policy|pool)|tftp|ftp|scp|sla|source-route|prefix-list|radius|tacacs|"
    r"inspect (name|log|tcp|udp|dns-timeout|max-incomplete|one-minute|alert-off|audit-trail)|"
    r"bootp|classless|subnet-zero|as-path|(ext)?community-list|bgp-community|flow-export|"
    r"flow-cache|flow-top-talkers|default-gateway|default-network|multicast-routing|dns|arp|"
    r"gratuitous-arps|(auth-proxy|admission) (max|name|absolute|inactivity)\S*|icmp|"
    r"tcp (?!adjust-mss|header|compression)\S+|telnet|slb|explicit-path|ospf name-lookup|"
    r"ips (name|config|notify|sdf|signature)|pim (rp|ssm|bsr|autorp|register|spt|send-rp)\S*|"
    r"igmp snooping|rcmd|finger|identd|options|port-map|reflexive-list|mroute|urlfilter|"
    r"vrf (?!forwarding|receive|sitemap)\S+|wccp (?!\S+ (redirect|group-listen))\S+|"
    r"classful)(?![\w-])|"
    r"access-list |event manager |login (block-for|delay|quiet-mode|on-)|"
    r"logging (?!event|synchronous|enable|size)|boot-|hostname |"
    r"aaa (new-model|session-id|group server|server radius|attribute list)|mmi |multilink bundle|"
    r"scheduler |username |"
    r"service (pad|nagle|dhcp|tcp-keepalives-\S+|sequence-numbers|password-encryption|internal|"
    r"linenumber|prompt|config|call-home|counters|compress-config|timestamps|finger)\b|"
    r"enable (secret|password)|ntp (?!disable|broadcast|multicast)|snmp-server |version \d+\.|"
    r"crypto (?!map \S+( redundancy \S+)?$|ipsec (client|df-bit|fragmentation)|engine)|"
    r"ipv6 (unicast-routing|cef|route |prefix-list|access-list|router|source-route|host|"
    r"dhcp pool|local|multicast-routing|general-prefix|ioam|hop-limit)|cdp (run|timer|holdtime)|"
    r"bridge (irb|crb|\d+ (protocol|route|priority|address))|lldp run|vrf definition |"
    r"key (chain|config-key)|zone security|spanning-tree (mode|extend|etherchannel)|"
    r"mpls (ldp (router-id|neighbor|session|discovery|logging)|label range)|"
    r"clock (timezone|summer-time|calendar-valid)|dialer-list |route-map |tftp-server |alias |"
    r"banner (motd|login|exec|incoming|slip-ppp|prompt-timeout) |"
    r"radius-server (host|key|attribute|dead|retransmit|timeout|vsa|source|authorization)|"
    r"tacacs-server |control-plane|dial-peer (?!cor list)|voice-port |line (con|aux|vty|tty|\d)|"
    r"class-map |policy-map |object-group (service|network) \S+$|track \d+ |gatekeeper$|privilege "
    r"(exec|configure|interface))"
)
# Lines that a mode takes although they are global ones, too.
BOTH = {
    "conf-ssh-pubkey": re.compile(r"username "),
    "config-sg-radius": re.compile(r"ip (radius source-interface|vrf) "),
    "config-sg-tacacs+": re.compile(r"ip (tacacs source-interface|vrf) "),
}
_ACE = _mode("permit deny dynamic remark evaluate")

GLOBAL = "config"

_TABLES: dict[str, Mode] = {
    GLOBAL: _mode(
        _GLOBAL_WORDS,
        r"hostname",
        r"enable (secret|password)",
        r"service (timestamps \w+|\S+)",
        r"event manager environment (\S+)",
        r"event manager session cli username",
        r"event manager directory user (policy|library)",
        r"event manager scheduler (?:applet|script) thread class (\S+)",
        r"event manager policy (\S+)",
        r"policy-file (\S+)",  # no line of IOS: see policy_file.py
        # what does not fit one line has a line of its own
        r"username (\S+)(?: (aaa|access-class|autocommand|callback|user-maxlinks))?",
        r"banner (\S+)",
        r"logging (buffered|console|monitor|trap|facility|source-interface|rate-limit|count)",
        r"ip domain[ -]name",
        r"ip default-gateway",
        r"ip ssh (version|time-out|authentication-retries)",
        r"clock timezone",
        r"version",
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
        config_line=r"line ((?:con|aux|vty|tty) \d+(?: \d+)?|[\d/]+(?: [\d/]+)?)",
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
    "config-if": _mode(
        _INTERFACE_WORDS,
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
    "config-ext-nacl": _ACE,
    "config-std-nacl": _ACE,
    "config-service-group": _mode(
        "tcp udp tcp-udp icmp ip$ group-object description gre esp ahp eigrp igmp ipinip "
        "nos ospf pcp pim <number>",
        r"description",
    ),
    "config-network-group": _mode(
        "<address> host group-object description range any", r"description"
    ),
    "config-cmap": _mode("match description rename", r"description"),
    "config-pmap": Mode(
        words=frozenset({"class", "description", "rename"}),
        single=(r"description",),
        opens=(
            (r"class (?:type \S+ )?class-default", "config-pmap-c"),
            (r"class (?:type (\S+) )?(\S+)", "config-pmap-c"),
        ),
    ),
    "config-pmap-c": _mode(
        "bandwidth compression drop estimate fair-queue inspect log pass police priority "
        "queue-limit random-detect service-policy set shape",
        r"(?:inspect|pass|drop)(?: log)?",  # one action for a class of a firewall
        r"(police|shape|bandwidth|priority|queue-limit|log|service-policy)",
    ),
    "config-cp": _mode(
        "service-policy management-interface", r"service-policy (?:type (\S+) )?(input|output)"
    ),
    "config-applet": _mode(
        "action attribute description event set trigger",
        r"description",
        r"action (\S+)",
        r"event tag (\S+)",
        r"event(?! tag)",
        config_applet_trigger=r"trigger",
    ),
    "config-applet-trigger": _mode("attribute correlate", r"correlate", r"attribute tag (\S+)"),
    "config-line": _mode(
        "absolute-timeout access-class accounting activation-character authorization autobaud "
        "autocommand autohangup autoselect databits escape-character exec exec-character-bits "
        "exec-timeout flowcontrol flush-at-activation history international ipv6 length location "
        "logging login logout-warning modem monitor motd-banner no notify padding parity password "
        "private privilege refuse-message rotary rxspeed script session-limit session-timeout "
        "special-character-bits speed stopbits telnet terminal-type timeout transport txspeed "
        "vacant-message width",
        r"access-class \S+ (in|out)",
        r"transport (input|output|preferred)",
        r"(exec-timeout|login|password|privilege|length|width|speed|history|session-timeout)",
    ),
    "config-archive": _mode(
        "log maximum path rollback time-period write-memory",
        r"(path|maximum|time-period)",
        config_archive_log_cfg=r"log config",
    ),
    "config-archive-log-cfg": _mode("hidekeys logging notify record", r"logging size"),
    "config-keychain": _mode("description key"),
    "config-route-map": _mode("continue default description match set"),
    "config-time-range": _mode("absolute periodic"),
    "config-track": _mode("carrier-delay default delay ip object resolution threshold"),
    "config-vrf": _mode(
        "address-family bgp context description export import inter-as-hybrid maximum "
        "mdt protection rd route-replicate route-target snmp vnet vpn"
    ),
    "config-sec-zone": _mode("description protection"),
    "config-sec-zone-pair": _mode("description service-policy"),
    "dhcp-config": _mode(
        "accounting bootfile class client-identifier client-name default-router "
        "dns-server domain-name hardware-address host import lease netbios-name-server "
        "netbios-node-type network next-server option origin relay renew reserved-only server "
        "subnet update utilization vrf"
    ),
    "config-router": _mode(
        f"{BGP_FAMILY} address-family af-interface auto-cost bfd capability "
        "compatible discard-route eigrp ignore input-queue ispf keepalive log-adjacency-changes "
        "log-adj-changes log-neighbor-changes limit max-lsa max-metric mpls nsr net is-type "
        "flash-update-threshold output-delay prefix-suppression priority process-min-time "
        "queue-depth scope spf-interval stub summary-address template traffic-share ttl-security "
        "validate-update-source variance version metric-style lsp-gen-interval set-overload-bit "
        "vrf offset-list interface-id cost event-log security no"
    ),
}


def _with_sections(modes: dict[str, Mode]) -> dict[str, Mode]:
    """Return the modes with those of sections.py, each entered from its parent."""
    known = dict(modes)
    for each in SECTIONS:
        parent = known.setdefault(each.parent, Mode())
        known[each.parent] = replace(parent, opens=(*parent.opens, (each.header, each.mode)))
        own = known.get(each.mode, Mode())
        known[each.mode] = replace(own, words=each.words)
    return known


MODES = _with_sections(_TABLES)
