"""Where a running-config has a line that is typed (ios-facts §3, §7)."""

from __future__ import annotations

import pytest
from typed_lines import shown

from knockdeploy.ios.parse import parse

# The order of ios-facts §7; username and boot, whose place differs between trains, in between.
ROUTER = """\
version 15.4
service sequence-numbers
hostname r1
boot-start-marker
logging buffered 262144 informational
enable secret 9 x
aaa new-model
ip cef
object-group service OG
 tcp eq 22
username ops privilege 15
archive
 path flash:
class-map match-any CM
 match access-group name X
policy-map PM
 class CM
  drop
zone security INTERNET
zone-pair security IN source INTERNET destination self
interface GigabitEthernet0/0
 description uplink
 ip address 203.0.113.10 255.255.255.0
 ip address 198.51.100.1 255.255.255.0 secondary
 ip access-group X in
 ip nat outside
 duplex auto
router bgp 65001
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list standard S
 permit 192.0.2.1
ip access-list extended X
 permit object-group OG any any
logging host 192.0.2.9
control-plane host
 service-policy input PM
control-plane
line vty 0 4
ntp server 192.0.2.9
event manager environment _x 1
event manager applet A
 event tag a syslog pattern "x"
 trigger occurs 1 period 10
 action 0100 exit
"""
BETWEEN_TRAINS = ("username ", "boot")
USED = ("object-group ", "class-map ", "policy-map ")  # refused while in use (ios-facts §11)
SECTIONS = {
    node.text: tuple(line.text for _, line in node.walk())
    for node in parse(ROUTER).children
    if not node.text.startswith((*BETWEEN_TRAINS, *USED))
}


@pytest.mark.parametrize("header", SECTIONS)
def test_a_line_typed_anew_stands_where_it_stood(header: str) -> None:
    config = parse(ROUTER)
    rest = config.with_children(tuple(n for n in config.children if n.text != header))
    assert shown(rest, header, *SECTIONS[header]) == ROUTER


@pytest.mark.parametrize("missing", ["", " description uplink\n", " ip nat outside\n"])
def test_an_inbound_list_stands_behind_the_addresses(missing: str) -> None:
    text = ROUTER.replace(missing, "")
    without = text.replace(" ip access-group X in\n", "")
    assert shown(without, "interface GigabitEthernet0/0", "ip access-group X in") == text


def test_actions_are_sorted_by_label_as_strings() -> None:
    lines = [f"action {label} exit" for label in ("2", "10", "0110", "0099")]
    text = shown(ROUTER, "event manager applet A", *lines)
    assert [line.split()[1] for line in text.splitlines() if " action " in line] == [
        "0099", "0100", "0110", "10", "2",
    ]  # fmt: skip


def test_class_default_stays_last() -> None:
    text = shown(ROUTER, "policy-map PM", "class class-default", "no class CM", "class CM")
    assert "policy-map PM\n class CM\n class class-default\n" in text
