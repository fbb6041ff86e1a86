"""Lines that may be shown to strangers: by IOS's grammar they have no room for a secret.

Of every other line the first word is shown at most, so that a line nobody thought of shows nothing.
Words that announce a secret all the same are hidden elsewhere (secret_words).
"""

from __future__ import annotations

import functools
import re
from typing import Final

_OF_THE_ROUTER: Final = r"""
Building configuration\.\.\. | Current configuration : \d+ bytes | Using \d+ out of \d+ bytes
! (?:Last configuration change|NVRAM config last updated) | boot-(?:start|end)-marker | end | quit
version [\d.]+$ | hostname | service | boot (?:system|config) (?:flash|disk\d|bootflash|nvram)
config-register | configuration mode | clock | memory | memory-size | mmi | platform | diagnostic
redundancy | scheduler | process | cdp | lldp | license (?:accept|boot|feature)
aaa (?:new-model|session-id|authentication|authorization|accounting|group) | multilink bundle-name
subscriber templating | tftp-server (?:flash|disk\d|bootflash)
privilege (?:exec|configure) level
username \S+(?: privilege \d+| view \S+| access-class \S+| nopassword)*$ | parser config | archive
path | maximum \d | write-memory | time-period | log config | logging enable | hidekeys
notify syslog | exit-\S+ | exit
"""
_OF_INTERFACES: Final = r"""
interface | shutdown | bandwidth | delay | mtu | duplex | speed | negotiation | media-type
encapsulation | keepalive | carrier-delay | load-interval | switchport | channel-group | vlan
spanning-tree | mop | serial | zone-member security | vrf (?:forwarding|definition) | ip vrf
tunnel (?:source|destination|mode|protection|vrf|path-mtu-discovery) | hold-queue | crypto map
ip (?:address|unnumbered|access-group|mtu|tcp|nat|verify|virtual-reassembly|helper-address|policy)
ip (?:redirects|unreachables|proxy-arp|directed-broadcast|split-horizon|route-cache|mask-reply)
ip (?:flow|pim|igmp|nbar|inspect|summary-address|hello-interval|hold-time|bandwidth-percent)
ip ospf (?:cost|network|priority|hello-interval|dead-interval|mtu-ignore|area|\d+ area)
ip ospf authentication(?: message-digest| null)?$
ip nhrp (?:map|nhs|network-id|holdtime|redirect|shortcut|registration) | ppp multilink
ppp authentication | pppoe | pppoe-client | dialer (?:pool|in-band|persistent|idle-timeout)
dialer-group | dialer-list \d+ protocol \S+ (?:permit|deny|list)
standby(?: \d+)? (?:ip|priority|preempt|track|timers|version)
(?:vrrp|glbp)(?: \d+)? (?:ip|priority|preempt|track|timers|weighting) | service-policy
ipv6 (?:address|enable|unicast-routing|cef|access-list|traffic-filter|route|nd|prefix-list|mtu)
ipv6 (?:dhcp|router|ospf \d+ area) | negotiated
"""
_OF_FILTERS: Final = r"""
object-group | group-object | (?:tcp|udp|tcp-udp|icmp|esp|ahp|gre) | ip$ | host \d | range \d
ip access-list | (?:\d+ )?(?:permit|deny|dynamic|evaluate) | access-list \S+ (?:permit|deny)
class-map | policy-map | class | drop | pass | inspect | police | conform-action | exceed-action
violate-action | shape | priority | queue-limit | fair-queue | random-detect | control-plane
match (?:not )?(?:access-group|packets|any|input-interface|dscp|precedence|class-map|interface)
match (?:not )?(?:ip|ipv4|ipv6|protocol \S+$|address|as-path) | zone security | zone-pair
parameter-map type inspect | ip prefix-list | ip as-path | route-map
track \d+ (?:ip|interface|list|rtr)
set (?:dscp|precedence|metric|local-preference|weight|as-path|ip|interface|origin|tag|peer)
set (?:transform-set|pfs|ikev2-profile|security-association|ospf)
"""
_OF_ROUTING: Final = r"""
ip (?:route|default-gateway|default-network|cef|classless|subnet-zero|routing|multicast-routing)
ip (?:name-server|domain|domain-name|domain-lookup|dns|host \S+ [\d.]+$|forward-protocol|local)
ip (?:dhcp|bootp|finger|icmp|arp|options|gratuitous-arps|identd|radius|tacacs|scp|sla|spd)
ip ssh (?:version|time-out|authentication-retries|source-interface|server|logging)
ip (?:ftp|tftp) (?:source-interface|passive)
ip http (?:server|secure-server|authentication|access-class|port|secure-port|max-connections)
ip http (?:timeout-policy|client source-interface) | router | network \d | network \S+ mask
neighbor \S+ (?:remote-as|update-source|activate|soft-reconfiguration|next-hop-self|route-map)
neighbor \S+ (?:prefix-list|peer-group|ebgp-multihop|default-originate|timers|filter-list)
neighbor \S+ (?:send-community|fall-over|route-reflector-client|shutdown|allowas-in|weight)
redistribute | passive-interface | auto-summary | synchronization | distance | default-information
default-metric | maximum-paths | bgp | address-family | router-id | mpls | eigrp | timers
af-interface | distribute-list | log-adjacency-changes | aggregate-address | topology | variance
metric | nsf | area \S+ (?:stub|nssa|range|default-cost|filter-list)
area \S+ authentication(?: message-digest)?$ | rd \d | route-target | import | export
default-router | dns-server | lease | icmp-echo | frequency | timeout \d | threshold \d | tos \d
schedule
"""
_OF_CRYPTO: Final = r"""
crypto (?:isakmp|ikev2) (?:policy|profile|enable|keepalive|proposal|keyring|dpd|nat)
crypto ipsec (?:transform-set|profile|security-association|df-bit|nat-transparency)
crypto (?:dynamic-map|keyring) | crypto pki (?:trustpoint|certificate chain) | encr | hash
key chain | group \d | lifetime | authentication (?:pre-share|rsa-sig|rsa-encr|ecdsa-sig)$
integrity | prf | authentication (?:local|remote) (?:pre-share|rsa-sig|ecdsa-sig)$
mode (?:tunnel|transport) | encryption (?:3des|des|aes\S*)(?: \d+)?$
match identity (?:remote )?address | match fvrf | keyring (?:local )?\S+$ | peer \S+$ | proposal
revocation-check | rsakeypair | enrollment (?:selfsigned|terminal|mode|retry|pkcs12$)
certificate (?:self-signed|ca) [0-9A-F]+$
"""
_OF_WHO_MANAGES: Final = r"""
line (?:con|aux|vty|tty|\d) | login | transport | exec-timeout | session-timeout
absolute-timeout | privilege level | access-class | length | width | stopbits | flowcontrol
modem | history | exec
logging (?:on|host|buffered|console|monitor|trap|facility|source-interface|rate-limit|synchronous)
logging (?:userinfo|origin-id|count|event|discriminator|history|queue-limit|message-counter|\d)
ntp (?:server|peer|source|access-group|master|update-calendar|authenticate|logging|clock-period)
snmp-server (?:enable|ifindex|source-interface|trap-source|queue-length|packetsize|view)
tacacs-server (?:timeout|directed-request|host \S+$) | address ipv[46]
(?:server|server-private) \S
radius-server (?:host|attribute|retransmit|timeout|deadtime|vsa|source-ports)
event manager (?:applet|directory|policy|scheduler|history|session cli username \S+$)
event (?:tag \S+ )?(?:syslog|none|timer|track|interface|counter|oir) | trigger | correlate
action \S+ (?:else|end|exit|info type event|increment|wait|break|continue) | attribute tag
action \S+ if \$_(?:regexp_result|exit_status)
action \S+ regexp "[^"]*" "\$_(?:syslog_msg|cli_result)"
action \S+ cli command "(?:enable|end|exit|show [\w -]+|conf(?:igure)? t(?:erminal)?)"$
action \S+ cli command "access-template
"""
_OF_SESSIONS: Final = r"""
% ?(?:Invalid input|Incomplete command|Duplicate|Class-map \S+ is being used) | \^$
Enter configuration commands | Rollback Confirmed Change | \[OK\]$ | Destination filename
[*.]?\w{3} {1,2}\d{1,2} [\d:.]{8,15}[^%]{0,20}%(?:SYS-5-CONFIG_I|CP-6-\w+|ARCHIVE_DIFF-5-\w+)
"""
_TABLES: Final = (
    _OF_THE_ROUTER, _OF_INTERFACES, _OF_FILTERS, _OF_ROUTING, _OF_CRYPTO, _OF_WHO_MANAGES,
    _OF_SESSIONS,
)  # fmt: skip
_HEADS: Final = tuple(
    head.strip() for table in _TABLES for row in table.split("\n") for head in row.split(" | ")
)
_OPEN_ENDED: Final = (r"\d", r"\S", "$", '"')
_WORDS: Final = frozenset(
    word for head in _HEADS if re.fullmatch(r"[a-z][a-z-]+", word := head.partition(" ")[0])
) | frozenset(
    "alias call-home dial-peer description dot11 enable isdn key key-string menu name password ppp"
    " remark secret sip-ua snmp ssid username voice voice-port wpa-psk".split()
)
_FIRST: Final = re.compile(r"(?:no )?([a-z][a-z-]+) ")
_SHOWS_NO_CONFIGURATION: Final = re.compile(
    r"version|clock|users|tcp brief|ip (?:cef|access-lists|interface)|line|file systems|privilege"
    r"|logging \| include|event manager (?:version|policy|history)|archive|policy-map|control-plane"
    r"|configuration lock|object-group|zone-pair|\S*:\S*$|/md5 |length "
)


def is_harmless(line: str) -> bool:
    """Tell whether a line, without its indentation, is of a form that holds no secret."""
    return line in {"", "!"} or _known().match(line) is not None


@functools.cache  # not as the program starts: most runs hide nothing, and it takes its time
def _known() -> re.Pattern[str]:
    heads = (h if h.endswith(_OPEN_ENDED) else rf"{h}(?![\w-])" for h in _HEADS if h)
    return re.compile(f"(?:no |default )?(?:{'|'.join(heads)})")


def shows_no_configuration(what: str) -> bool:
    """Tell whether `show` of this, or `dir` or `verify`, prints no line of a configuration."""
    return _SHOWS_NO_CONFIGURATION.match(what) is not None


def kept(line: str) -> str:
    """Return how much of any other line may be shown: its first word, where it is one of IOS's."""
    first = _FIRST.match(line)
    return first[0] if first and first[1] in _WORDS else ""
