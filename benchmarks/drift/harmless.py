"""Sixty changes that are nobody's business: a check that tells them would not be read."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text

LINES = (
    "banner login ^Authorized use only^", "clock timezone CET 1 0", "ip domain lookup",
    "ip name-server 10.0.0.53", "ntp server 10.0.0.123", "snmp-server community ops RO LAN",
    "snmp-server location Room 7", "username bob privilege 1 secret 5 $1$aaaa$bbbb",
    "ip route 10.9.0.0 255.255.0.0 10.0.0.254", "ip route 172.20.0.0 255.255.0.0 Null0",
    "logging buffered 65536", "logging host 10.0.0.9\nlogging trap notifications",
    "no ip source-route", "ip ssh time-out 60", "ip ssh authentication-retries 2",
    "login block-for 60 attempts 3 within 30", "service tcp-keepalives-in",
    "ip access-list standard MGMT\n permit 10.0.0.0 0.0.0.255",
    "ip access-list extended VTY\n permit tcp 10.0.0.0 0.0.0.255 any eq 22",
    "object-group network NET_Offices\n 10.1.0.0 255.255.0.0",
    "object-group service OG_Voice\n udp range 16384 32767",
    "class-map match-all CM_Video\n match dscp af41", "policy-map PM_LAN\n class class-default",
    "route-map RM permit 10\n match ip address LAN", "ip prefix-list PL seq 5 permit 10.0.0.0/8",
    "router ospf 1\n network 10.0.0.0 0.0.0.255 area 0", "ip sla 1\n icmp-echo 10.0.0.254",
    "interface Loopback0\n no ip address",
    "interface Tunnel0\n no ip address\n shutdown",
    "interface Vlan20\n description guests\n no ip address",
    "event manager applet SAVE\n event none\n action 1.0 cli command \"write memory\"",
    "event manager environment _mail ops@example.net", "kron policy-list SHOW\n cli show version",
    "ip nat inside source static tcp 172.16.1.20 25 interface GigabitEthernet0/0 25",
    "ip nat inside source static tcp 172.16.1.20 8080 interface GigabitEthernet0/0 8080",
    "ip dhcp pool GUEST\n network 10.30.0.0 255.255.255.0", "ip tftp source-interface Loopback0",
    "aaa authentication login CON local", "aaa accounting exec default start-stop group tacacs+",
    "crypto isakmp policy 10\n encr aes", "ip vrf BLUE\n rd 1:1", "vtp mode transparent",
    "cdp run", "lldp run", "ip multicast-routing", "ip cef load-sharing algorithm original",
    "ipv6 unicast-routing", "ipv6 access-list V6\n permit icmp any any",
    "ip http timeout-policy idle 60 life 86400 requests 10000", "ip http max-connections 5",
    "memory free low-watermark processor 20000", "scheduler allocate 20000 1000",
    "alias exec si show interfaces", "line con 0\n exec-timeout 5 0", "no ip bootp server",
    "ip flow-export version 9", "key chain KC\n key 1", "track 1 ip sla 1 reachability",
    "archive\n path flash:archive\n maximum 10\n write-memory", "mls qos",
    "privilege exec level 5 show running-config", "ip accounting-threshold 100",
)  # fmt: skip
INSIDE_INTERFACES = (
    ("description Internet", "description Internet, provider X"),
    ("description Inside, where the operator is", "description LAN"),
    ("duplex auto", "duplex full"),
    (" ip nat inside\n", " ip nat inside\n ip access-group LAN_IN in\n"),
    (" ip nat outside\n", " ip nat outside\n no ip redirects\n no ip proxy-arp\n"),
    (" ip nat outside\n", " ip nat outside\n no ip unreachables\n ntp disable\n"),
)


def harmless(config: Node) -> Iterator[tuple[str, Node]]:
    """Yield a name and the router with one such change."""
    text = to_text(config)
    for line in LINES:
        yield line, parse(f"{line}\n{text}")
    for old, new in INSIDE_INTERFACES:
        if old in text:
            yield new.strip(), parse(text.replace(old, new, 1))
