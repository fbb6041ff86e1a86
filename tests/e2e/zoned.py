"""What zones a router has, and what stands in the policy of the pair from outside to itself."""

from __future__ import annotations

ZONES = (
    "zone security INTERNET", "zone security LAN",
    "interface GigabitEthernet0/0", "zone-member security INTERNET",
    "interface GigabitEthernet0/1", "zone-member security LAN",
)  # fmt: skip
BARE = ("zone-pair security in source INTERNET destination self",)


def _policy(*entries: str) -> tuple[str, ...]:
    return (
        "ip access-list extended VPN", *entries,
        "class-map type inspect match-any VPN", "match access-group name VPN",
        "policy-map type inspect IN", "class type inspect VPN", "pass",
        *BARE, "service-policy type inspect IN",
    )  # fmt: skip


THEIRS = _policy("permit udp any any eq isakmp", "permit esp any any")
TAKES_SSH = _policy("permit udp any any eq isakmp", "permit tcp any any eq 22")
SHARED = (
    "zone-pair security lan source LAN destination INTERNET", "service-policy type inspect IN",
)  # fmt: skip
ANSWERS_DROPPED = (
    "policy-map type inspect OUT", "class class-default", "drop",
    "zone-pair security out source self destination INTERNET", "service-policy type inspect OUT",
)  # fmt: skip
