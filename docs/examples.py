"""What the pages say that no code says: an example of each key, and what to do about each error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

EXAMPLE: Final[dict[str, Any]] = {
    "enabled": False,
    "weak": True,
    "protocol": "udp",
    "ports": [46543, 38654, 40204, 47566, 34515],
    "decoys": 7,
    "probe_ports": [29011, 41877, 33540, 27406, 39983],
    "probe_sources": ["198.51.100.7"],
    "services": ["22/tcp", "443/tcp-udp", "500/udp"],
    "window_seconds": 15,
    "timeout_minutes": 30,
    "grant_slots": 8,
    "keep_established": False,
    "enforcement": "interface-acl",
    "interface": ["Dialer1", "Cellular0/0/0"],
    "acl": "Internet-In",
    "new_acl_entries": ["permit icmp any any", "permit ip any any"],
    "management_sources": ["198.51.100.0/24", "203.0.113.7"],
    "engine": "applet",
    "outside_address": "203.0.113.10",
    "outside_ports": {22: 10022},
    "destination": "any",
    "access": "knock",
    "knock_only": True,
    "proof": "when-reachable",
    "waivers": [{"rule": "exposed", "reason": "the old uplink goes", "until": "2027-03-31"}],
    "names": {"acl": "FROM-INTERNET"},
}
"""An example of each key of an intent."""

SETTINGS: Final[dict[str, Any]] = {
    "host_keys": "strict",
    "known_hosts": "ssh/known_hosts",
    "allow_command": True,
    "state_dir": "~/knock-state",
    "database": "findings.db",
    "keep_days": 90,
    "page_keys": ["site", "region"],
    "templates": "templates",
    "device": {"read_timeout_s": 90, "harmless": ["Profile .* will be active"]},
    "rollout": {
        "canary": 2,
        "batch": "10%",
        "max_failures": 1,
        "soak_seconds": 300,
        "serial_by": "site",
        "retries": 2,
        "retry_seconds": 60,
        "workers": "tls://scheduler.example:8786",
        "logins_per_second": 5,
        "probes_per_second": 0.5,
        "confirm_minutes": 10,
    },
}
"""An example of each setting."""

REMEDIES: Final[Mapping[str, str]] = {
    "interrupted": "the message has the time at which the router goes back by itself; run the"
    " command again after it",
    "host-key": "if the router or its key was replaced: remove the line of `known_hosts` that the"
    " message names; otherwise this may be a man-in-the-middle",
    "kex": "look at `show ip ssh` on the router; `disabled_algorithms` may forbid too much",
    "refused-line": "the message has the line and IOS's answer: most often an image without the"
    " feature; what was sent has been taken back",
    "authorization": "allow the login this command in AAA; the message names it",
    "timeout": "look at the router; run the command again when it answers",
    "locked": "wait until the other's timer or session is over, or ask them",
    "lockout": "add the address that the message names to `management_sources`",
    "unproved": "the message says what was seen; `prove` and `preflight` look further",
    "different": "the message has both texts; tell us, with `preflight --capture`",
    "reverted": "the router is as before; run the command again",
    "unsupported": "the message has the way out; some routers cannot hear a knock",
    "input": "change the key that the message names: this router does not have what it says",
}
"""What to do about a kind of error whose class has no hint of its own."""

LEVELS: Final[Mapping[str, str]] = {
    "config.yaml": """\
inventory:
  options:
    host_file: hosts.yaml
    group_file: groups.yaml
    defaults_file: defaults.yaml
""",
    "defaults.yaml": """\
data:
  knock:
    interface: GigabitEthernet0/0
    services: [22/tcp]
    window_seconds: 20
    management_sources: [198.51.100.0/24]      # our own network
""",
    "groups.yaml": """\
branch:
  platform: ios
  data:
    knock:
      services: [22/tcp, 443/tcp]
      names: {acl: FROM-INTERNET, applet: DOOR}
lte:
  data:
    knock:
      interface: Cellular0/0/0
      services: [22/tcp, 500/udp]
""",
    "hosts.yaml": """\
branch-17:
  groups: [branch, lte]
  data:
    knock:
      ports: [46543, 38654, 40204, 47566, 34515]
      window_seconds: null                     # unset: the default of the program, 10
      management_sources: [203.0.113.7]        # this customer's own administrator
      names: {applet: DOOR-17}
""",
}
"""The project of the worked example of merging."""
