"""What the virtual routers start with: branch routers that already have a life."""

from __future__ import annotations

USERNAME = "admin"
PASSWORD = "lab-only-published"  # noqa: S105  # it stands in README and in every file of the lab

_BASE = """\
version 15.2
service timestamps debug datetime msec
service timestamps log datetime msec
service password-encryption
!
hostname {name}
!
boot-start-marker
boot-end-marker
!
logging buffered 16384
no logging console
!
aaa new-model
!
aaa authentication login default local
aaa authorization exec default local
!
aaa session-id common
!
ip cef
ip dhcp excluded-address 172.16.1.1 172.16.1.9
!
ip dhcp pool LAN
 network 172.16.1.0 255.255.255.0
 default-router 172.16.1.1
 dns-server 172.16.1.1
!
ip domain name branch.example
no ipv6 cef
multilink bundle-name authenticated
!
license udi pid CISCO2911/K9 sn FTX1628AJ0{number:02}
username admin privilege 15 secret 5 $1$kd0c${hash}
!
archive
 path flash:archive
 maximum 10
 write-memory
!
redundancy
!
ip ssh version 2
!
class-map match-any CM_Voice
 match ip dscp ef
!
policy-map PM_WAN_Out
 class CM_Voice
  priority percent 20
 class class-default
  fair-queue
!
interface Embedded-Service-Engine0/0
 no ip address
 shutdown
!
interface GigabitEthernet0/0
 description Internet
 ip address {outside} 255.255.0.0
{binding} ip nat outside
 ip virtual-reassembly in
 duplex auto
 speed auto
 service-policy output PM_WAN_Out
!
interface GigabitEthernet0/1
 description Inside, where the operator is
 ip address {inside} 255.255.0.0
 ip nat inside
 ip virtual-reassembly in
 duplex auto
 speed auto
!
interface GigabitEthernet0/2
 no ip address
 shutdown
 duplex auto
 speed auto
!
ip forward-protocol nd
!
ip http server
ip http authentication local
ip http secure-server
!
ip nat inside source list LAN interface GigabitEthernet0/0 overload
ip route 0.0.0.0 0.0.0.0 127.20.255.254
ip route 127.0.0.0 255.255.255.0 GigabitEthernet0/1 127.10.255.254
!
ip access-list standard LAN
 permit 172.16.1.0 0.0.0.255
!
{acl}control-plane
!
banner motd ^C
A virtual router of knockdeploy's lab.
Its password is published: {password}
^C
!
line con 0
 logging synchronous
line aux 0
line vty 0 4
 exec-timeout 30 0
 transport input ssh
line vty 5 15
 exec-timeout 30 0
 transport input ssh
!
scheduler allocate 20000 1000
ntp server 172.16.1.1
!
end
"""

_HASH = "nuyxVPPNHUj3HK7kKFZ.p/"  # the lab checks the password itself

# The worked example's list: management from anywhere was shut long ago, the rest is open.
OPEN_ACL = """\
ip access-list extended ACL_WAN
 remark Branch, Internet side
 permit icmp any any echo-reply
 deny   ip 10.0.0.0 0.255.255.255 any
 deny   ip 192.168.0.0 0.0.255.255 any
 permit esp any any
 remark No SSH from the Internet
 deny   tcp any any eq 22
 permit udp any any eq isakmp
 permit ip any any
!
"""

# Numbered as somebody typed them long ago: no running-config prints that, only
# `show ip access-lists` does, until the router is reloaded (ios-facts §11).
STRICT_ACL = """\
ip access-list extended Internet-In
 15 remark Nothing comes in that was not asked for
 15 deny   ip 10.0.0.0 0.255.255.255 any log
 21 permit tcp any any established
 22 permit udp any eq domain any
 37 permit udp any eq ntp any
 40 permit icmp any any echo-reply
 41 permit icmp any any unreachable
 55 permit icmp any any ttl-exceeded
 70 remark Site-to-site tunnel
 70 permit udp any host {outside} eq isakmp
 71 permit esp any host {outside}
 105 deny   ip any any log
!
"""


def starting(index: int, name: str, inside: str, outside: str, base: str = _BASE) -> str:
    """Return the configuration of router number ``index`` (0, 1, ...), of three kinds in turn."""
    acl, bound = _KINDS[index % len(_KINDS)]
    return base.format(
        name=name,
        number=index % 100,
        inside=inside,
        outside=outside,
        binding=f" ip access-group {bound} in\n" if bound else "",
        acl=acl.format(outside=outside),
        hash=_HASH,
        password=PASSWORD,
    )


_KINDS: tuple[tuple[str, str], ...] = (
    ("", ""),
    (OPEN_ACL, "ACL_WAN"),
    (STRICT_ACL, "Internet-In"),
)
