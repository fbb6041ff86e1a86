"""Forty kinds of way in that somebody types by mistake, each as a change of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.drift.deployed import INSIDE, OUTSIDE
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text

ENTRIES = (
    "permit tcp any any eq 22", f"permit tcp any host {OUTSIDE} eq 22",
    f"permit tcp any host {INSIDE} eq 443", "permit tcp any any range 20 25",
    "permit tcp any any gt 442", "permit tcp any any lt 81", "permit tcp any any neq 25",
    "permit udp any any eq 443", "permit udp any eq 53 any", "permit tcp any eq 53 any",
    "permit ip any any", "permit tcp any any", f"permit ip any host {OUTSIDE}",
    "permit tcp 8.0.0.0 0.255.255.255 any eq 22", "permit tcp host 8.8.8.8 any eq www",
    "permit ip 198.51.100.0 0.0.0.255 any", "permit tcp 0.0.0.0 255.255.255.254 any eq 443",
    "permit tcp any any eq 22 log", "permit tcp any any eq 22 time-range ALWAYS",
    "permit tcp any any eq 22 80 443", "permit tcp any 198.51.100.0 0.0.0.255 eq 22",
    "permit object-group OG_More any any", "permit tcp object-group NET_Them any eq 22",
    "permit object-group OG_Knock_Services any any",
    "permit object-group OG_Knock_Services 8.0.0.0 0.255.255.255 any",
)  # fmt: skip
GROUPS = (
    "object-group service OG_More\n tcp range 1 1000\n"
    "object-group network NET_Them\n 8.0.0.0 255.0.0.0\n"
    "time-range ALWAYS\n periodic daily 0:00 to 23:59\n"
)
_SECOND = "interface GigabitEthernet0/2\n no ip address\n shutdown\n"
_FIRST = "interface GigabitEthernet0/0\n"
_LISTS = "ip access-list extended ELSE\n permit ip any any\n"
ELSEWHERE = {
    "a second uplink, no list": (_SECOND, "interface GigabitEthernet0/2\n ip address dhcp\n"),
    "a second uplink, another list": (
        _SECOND,
        "interface GigabitEthernet0/2\n ip address 192.0.2.129 255.255.255.128\n"
        " ip nat outside\n ip access-group ELSE in\n",
    ),
    "another list bound": ("ip access-group {acl} in", "ip access-group ELSE in"),
    "the list unbound": (" ip access-group {acl} in\n", ""),
    "the list bound outbound": ("ip access-group {acl} in", "ip access-group {acl} out"),
    "a list that is not defined": ("ip access-group {acl} in", "ip access-group NOWHERE in"),
}
"""What is replaced, and by what; ``acl`` is the list with our entries."""
ZONED = {
    "the interface leaves its zone": (" zone-member security INTERNET\n", ""),
    "the interface in another zone": (
        " zone-member security INTERNET\n", " zone-member security LAN\n",
    ),
    "the pair from another zone": (" source INTERNET ", " source LAN "),
    "the pair without its policy": (" service-policy type inspect {policy}\n", ""),
    "another policy on the pair": (
        " service-policy type inspect {policy}\n", " service-policy type inspect ALLOW\n",
    ),
    "the class that shuts passes": ("Knock_Shut\n  drop\n", "Knock_Shut\n  pass\n"),
}  # fmt: skip
"""The same of a zone; ``policy`` is the one that our classes are in."""
POLICED = {
    "the policy off the host path": (" service-policy input PM_CoPP\n", ""),
    "another policy on the host path": (
        " service-policy input PM_CoPP\n", " service-policy input ALLOW_CP\n",
    ),
    "the class that shuts without an action": ("CM_CoPP_Shut\n  drop\n", "CM_CoPP_Shut\n"),
    "the class that shuts taken out": (" class CM_CoPP_Shut\n  drop\n", ""),
    "the class that shuts polices": (
        "CM_CoPP_Shut\n  drop\n", "CM_CoPP_Shut\n  police 8000 conform-action transmit\n",
    ),
    "the class that shuts has another list": (
        " match access-group name ACL_CoPP_Shut\n", " match access-group name ELSE\n",
    ),
    "CEF off": ("ip cef\n", "no ip cef\n"),
}  # fmt: skip
"""The same of the control plane, where what shuts is a class there."""
_ALLOW = (
    "policy-map ALLOW_CP\n class class-default\n"
    "policy-map type inspect ALLOW\n class class-default\n  pass\n"
)
IPV6 = {
    "IPv6, no filter": (_FIRST, f"{_FIRST} ipv6 address 2001:db8::1/64\n"),
    "IPv6, enabled only": (_FIRST, f"{_FIRST} ipv6 enable\n"),
    "IPv6, a filter that permits": (
        _FIRST, f"{_FIRST} ipv6 address 2001:db8::1/64\n ipv6 traffic-filter V6 in\n",
    ),
    "IPv6, a filter that is not defined": (
        _FIRST, f"{_FIRST} ipv6 address 2001:db8::1/64\n ipv6 traffic-filter NOWHERE in\n",
    ),
}  # fmt: skip
"""A virtual router has no packets of IPv6: that these are open is Cisco's word."""
OTHER_PORTS = {
    "NAT to the router's SSH": (
        "ip forward-protocol nd\n",
        f"ip nat inside source static tcp {INSIDE} 22 interface GigabitEthernet0/0 2222\n",
    ),
    "NAT to the router's HTTPS": (
        "ip forward-protocol nd\n",
        f"ip nat inside source static tcp {INSIDE} 443 {OUTSIDE} 8443 extendable\n",
    ),
    "SSH at another port": ("ip ssh version 2\n", "ip ssh version 2\nip ssh port 2022 rotary 1\n"),
    "HTTP at another port": ("ip http server\n", "ip http server\nip http port 8080\n"),
    "HTTPS at another port": ("ip http server\n", "ip http server\nip http secure-port 8443\n"),
}  # fmt: skip
"""Nor has it NAT, or a service at another port; open where the list lets them in."""
_V6 = "ipv6 access-list V6\n permit tcp any any eq 22\n"


def known(config: Node, acl: str) -> Iterator[tuple[str, Node]]:
    """Yield the router with each way in that the lab knows."""
    yield from entries(config, acl)
    yield from elsewhere(config, acl)


def entries(config: Node, acl: str) -> Iterator[tuple[str, Node]]:
    """Yield the router with each entry on top of the list."""
    header = f"ip access-list extended {acl}\n"
    for entry in ENTRIES:
        text = to_text(config).replace(header, f"{header} {entry}\n", 1)
        yield f"entry {entry}", parse(GROUPS + text)


def elsewhere(config: Node, acl: str) -> Iterator[tuple[str, Node]]:
    """Yield the router with each way in by an interface."""
    yield from _replaced(config, ELSEWHERE, acl)
    if "zone-pair security" in to_text(config):
        yield from _replaced(config, ZONED, acl)
    yield from _replaced(config, POLICED if "ACL_CoPP_Shut" in to_text(config) else {}, acl)


def unseen(config: Node, acl: str, *, is_strict: bool) -> Iterator[tuple[str, Node]]:
    """Yield the router with each way in that the lab does not know."""
    yield from _replaced(config, IPV6, acl)
    header = f"ip access-list extended {acl}\n"
    let_in = to_text(config).replace(header, f"{header} permit tcp any any range 2000 8999\n")
    yield from _replaced(parse(let_in) if is_strict else config, OTHER_PORTS, acl)


def _replaced(
    config: Node, table: dict[str, tuple[str, str]], acl: str
) -> Iterator[tuple[str, Node]]:
    text = to_text(config)
    for name, pair in table.items():
        old, new = (each.format(acl=acl, policy=_policy(text)) for each in pair)
        if old in text:
            yield name, parse(_V6 + _LISTS + _ALLOW + text.replace(old, new))


def _policy(text: str) -> str:
    found = re.search(r"^ service-policy type inspect (\S+)$", text, re.MULTILINE)
    return found[1] if found else ""
