"""Whole configurations, typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.ios.apply import Applied, apply
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import Refused
from knockdeploy.ios.tree import Node, to_text

CASES = Path(__file__).parent.parent / "cases"

BRANCH = """\
version 15.4
service timestamps debug datetime msec
service timestamps log datetime msec
service password-encryption
hostname branch7
boot-start-marker
boot-end-marker
logging buffered 51200
enable secret 5 $1$abcd$0123456789abcdefghijk
no aaa new-model
ip dhcp excluded-address 10.1.1.1 10.1.1.20
ip dhcp pool LAN
 network 10.1.1.0 255.255.255.0
 default-router 10.1.1.1
 dns-server 192.0.2.53
no ip domain lookup
ip domain name example.net
ip cef
object-group network OG_Servers
 host 192.0.2.10
 192.0.2.128 255.255.255.128
username netops privilege 15 secret 5 $1$efgh$0123456789abcdefghijk
archive
 log config
  logging enable
  hidekeys
 path flash:backup-
ip ssh version 2
class-map match-all CM_Voice
 match ip dscp ef
policy-map PM_Wan
 class CM_Voice
  priority percent 20
 class class-default
  fair-queue
interface Loopback0
 ip address 10.255.0.7 255.255.255.255
interface GigabitEthernet0/0
 description Internet
 ip address 203.0.113.10 255.255.255.0
 ip access-group ACL_WAN in
 ip nat outside
 duplex auto
 speed auto
 no cdp enable
 service-policy output PM_Wan
interface GigabitEthernet0/1
 description LAN
 ip address 10.1.1.1 255.255.255.0
 ip nat inside
interface GigabitEthernet0/2
 no ip address
 shutdown
router ospf 1
 network 10.0.0.0 0.255.255.255 area 0
ip forward-protocol nd
no ip http server
no ip http secure-server
ip nat inside source list ACL_Nat interface GigabitEthernet0/0 overload
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list standard ACL_Mgmt
 permit 192.0.2.0 0.0.0.255
ip access-list extended ACL_Nat
 remark who may go out
 permit ip 10.1.1.0 0.0.0.255 any
ip access-list extended ACL_WAN
 permit udp any any eq isakmp
 deny   tcp any any eq www
 permit ip any any
logging host 192.0.2.99
snmp-server community public RO ACL_Mgmt
control-plane
banner motd ^C
interface Fake0
 shutdown
^C
line con 0
 logging synchronous
line vty 0 4
 access-class ACL_Mgmt in
 privilege level 15
 login local
 transport input ssh
scheduler allocate 20000 1000
ntp server 192.0.2.123
event manager applet NIGHTLY
 event timer cron cron-entry "0 3 * * *"
 action 1.0 cli command "enable"
"""


def _recipe(name: str) -> str:
    text = (CASES / name / "after.cfg").read_text()
    return to_text(parse(text))


@pytest.mark.parametrize(
    "text",
    [BRANCH, _recipe("worked-1-acl-bound-session-inside"), _recipe("worked-2-no-acl")],
    ids=["branch", "worked case 1", "worked case 2"],
)
def test_a_running_config_types_itself_into_an_empty_router(text: str) -> None:
    state = Applied(Node(""), ())
    for node in parse(text).children:  # a banner is typed as one line
        for line in (node.text, *_below(node)):
            assert state.mode is not None
            state = apply(state.config, state.mode, line)
    assert to_text(state.config).splitlines() == text.splitlines()


def _below(node: Node) -> list[str]:
    return [child.text for _, child in node.walk()]


def test_section_that_went_away_takes_no_line() -> None:
    """Another session removed it under one that is inside."""
    with pytest.raises(Refused, match="Invalid input"):
        apply(parse("hostname r1\n"), ("object-group service OG_Knock",), "udp eq 4500")
