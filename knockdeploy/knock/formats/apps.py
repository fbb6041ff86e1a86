"""Apps that import JSON, each in its own form (ios-facts-more §E: read in their sources)."""

from __future__ import annotations

import json
from typing import Final

from knockdeploy.knock.formats.door import Door

_CONNECTS_MS: Final = 100  # Port Knocker's own default
_TERMIX_WAITS_MS: Final = 1000


def knock_on_ports(door: Door) -> str:
    """Return what Knock on Ports imports; its UDP knock would be empty without ``content``."""
    steps = [
        {"type": knock.protocol.value, "port": knock.port}
        | ({"content": "00", "encoding": "hex"} if knock.protocol == "udp" else {})
        for knock in door.sequence
    ]
    sequence = {
        "name": door.name,
        "host": door.address,
        "delay": door.pause_ms(),
        "ipv": "only_ipv4",
        "steps": steps,
    }
    return _text({"version": 1, "sequences": [sequence]})


def port_knocker(door: Door) -> str:
    """Return what Port Knocker imports; it refuses a key that it does not know."""
    ports = [{"port": knock.port, "protocol": knock.protocol.name} for knock in door.sequence]
    return _text(
        [
            {
                "label": door.name,
                "hostname": door.address,
                "delay": door.pause_ms(waits_ms=_CONNECTS_MS),
                "tcpConnectTimeout": _CONNECTS_MS,
                "launchIntentPackage": None,
                "ports": ports,
            }
        ]
    )


def termix(door: Door) -> str:
    """Return what Termix imports: a host to log in to, which it knocks at first."""
    pause_ms = door.pause_ms(waits_ms=_TERMIX_WAITS_MS)
    steps = [
        {"port": knock.port, "protocol": knock.protocol.value, "delay": pause_ms}
        for knock in door.sequence
    ]
    host = {
        "name": door.name,
        "ip": door.address,
        "port": door.login_port(),
        "username": door.user,
        "authType": "none",
        "folder": "knockdeploy",
        "portKnockSequence": steps,
    }
    return _text({"hosts": [host]})


def _text(data: object) -> str:
    return f"{json.dumps(data, indent=2)}\n"
