"""Whether what was read is the router that was asked for: its hostname says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.compliance.findings import Finding
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import hostname

_UNNAMED = "Router"  # what IOS calls itself until told otherwise


def other_router(host: str, config: Node) -> Iterator[Finding]:
    """Yield that a router has the hostname of another one than the inventory's ``host``.

    Names that have a part in common, as `leeds-r1.example.net` and `R1`, are taken for the same;
    an address is nobody's name.
    """
    name = hostname(config)
    here, there = _parts(host), _parts(name)
    is_alike = here <= there or there <= here
    if name == _UNNAMED or is_alike or not re.search("[A-Za-z]", host):
        return
    message = f"is this {host}? Otherwise all else here is about another router"
    yield Finding("other-router", "warning", message, f"hostname {name}", ())


def _parts(name: str) -> set[str]:
    return set(re.findall("[a-z0-9]+", name.lower()))
