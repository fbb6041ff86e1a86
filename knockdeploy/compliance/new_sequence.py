"""Drawing a new knock: random, and such that lint finds nothing wrong with it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Final

from knockdeploy.compliance.knock_quality import knock_quality
from knockdeploy.intent import intent_from
from knockdeploy.intent.port_ranges import FREE

_N_KNOCKS: Final = 7


def draw_ports(taken: Collection[int] = ()) -> list[int]:
    """Return the ports of a new knock, none of them ``taken`` by a service."""
    free = sorted(FREE.difference(taken))
    while True:
        ports = secrets.SystemRandom().sample(free, _N_KNOCKS)
        data = {"ports": ports, "services": ["22/tcp"], "interface": "Gi0/0"}
        data["management_sources"] = ["10.0.0.0/8"]
        if all(finding.severity == "info" for finding in knock_quality(intent_from(data))):
            return ports


def port_text(ports: Sequence[int]) -> str:
    """Return ports as the text of a knock file."""
    return " ".join(map(str, ports)) + "\n"
