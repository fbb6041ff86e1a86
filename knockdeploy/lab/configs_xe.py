"""What the virtual routers with IOS-XE start with, in the order of a C8000V's (iosxe-facts §6)."""

from __future__ import annotations

from functools import partial

from knockdeploy.lab import configs

_BASE = """\
version 17.9
service timestamps debug datetime msec
service timestamps log datetime msec
service password-encryption
platform qfp utilization monitor load 80
platform punt-keepalive disable-kernel-core
!
hostname {name}
!
boot-start-marker
boot-end-marker
!
logging buffered 262144 informational
no logging console
aaa new-model
!
aaa authentication login default local
aaa authorization exec default local
!
aaa session-id common
!
ip domain name branch.example
!
login on-success log
!
subscriber templating
!
multilink bundle-name authenticated
!
license udi pid ISR4331/K9 sn FDO2133A0{number:02}
memory free low-watermark processor 67138
!
diagnostic bootup level minimal
!
spanning-tree extend system-id
!
archive
 path bootflash:archive
 maximum 10
 write-memory
username admin privilege 15 secret 9 $9$kd0c$nuyxVPPNHUj3HK
!
redundancy
 mode none
!
class-map match-any CM_Voice
 match dscp ef
!
policy-map PM_WAN_Out
 class CM_Voice
  priority percent 20
 class class-default
  fair-queue
!
interface GigabitEthernet0/0/0
 description Internet
 ip address {outside} 255.255.0.0
 ip nat outside
{binding} negotiation auto
 service-policy output PM_WAN_Out
!
interface GigabitEthernet0/0/1
 description Inside, where the operator is
 ip address {inside} 255.255.0.0
 ip nat inside
 negotiation auto
!
interface GigabitEthernet0/0/2
 no ip address
 shutdown
 negotiation auto
!
interface GigabitEthernet0
 vrf forwarding Mgmt-intf
 no ip address
 shutdown
 negotiation auto
!
ip forward-protocol nd
ip http server
ip http authentication local
ip http secure-server
!
ip nat inside source list LAN interface GigabitEthernet0/0/0 overload
ip route 0.0.0.0 0.0.0.0 127.20.255.254
ip route 127.0.0.0 255.255.255.0 GigabitEthernet0/0/1 127.10.255.254
ip ssh version 2
!
ip access-list standard LAN
 10 permit 172.16.1.0 0.0.0.255
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
 stopbits 1
line aux 0
line vty 0 4
 exec-timeout 30 0
 transport input ssh
line vty 5 15
 exec-timeout 30 0
 transport input ssh
!
ntp server 172.16.1.1
!
end
"""

starting = partial(configs.starting, base=_BASE)
"""As for classic IOS, with the same inbound ACLs."""
