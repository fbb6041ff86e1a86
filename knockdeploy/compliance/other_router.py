"""Whether this is the router that was asked for, by its hostname and its knock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import hostname

_UNNAMED = "Router"  # what IOS calls itself until told otherwise


def other_router(host: str, config: Node, text: str, intent: Intent) -> Iterator[Finding]:
    """Yield that what was read has another hostname than ``host``, and not its knock either.

    Names of which one has all parts of the other, as `leeds-r1.example.net` and `R1`, are taken
    for the same; an address is nobody's name.
    """
    ports = {str(knock.port) for knock in intent.sequence.knocks}
    if len(ports & set(re.findall(r"\d+", text))) > len(ports) // 2:
        return
    name = hostname(config)
    here, there = _parts(host), _parts(name)
    is_alike = here <= there or there <= here
    if name == _UNNAMED or is_alike or not re.search("[A-Za-z]", host):
        return
    message = f"is this {host}? Otherwise all else here is about another router"
    yield Finding("other-router", "error", message, f"hostname {name}", ())


def _parts(name: str) -> set[str]:
    return set(re.findall("[a-z0-9]+", name.lower()))
