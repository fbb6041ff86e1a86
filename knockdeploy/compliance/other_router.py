"""Whether this is the router that was asked for, by its hostname and its knock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from knockdeploy.compliance.findings import Finding
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import hostname
from knockdeploy.sequence import TimedKnock

_UNNAMED = "Router"  # what IOS calls itself until told otherwise


def other_router(
    host: str, config: Node, text: str, knocks: Iterable[TimedKnock]
) -> Iterator[Finding]:
    """Yield that what was read has another hostname than ``host``, and none of its knocks either.

    Names of which one has all parts of the other, as `leeds-r1.example.net` and `R1`, are taken
    for the same; an address is nobody's name.
    """
    numbers = set(re.findall(r"\d+", text))
    if any(_is_there(knock, numbers) for knock in knocks):
        return
    name = hostname(config)
    here, there = _parts(host), _parts(name)
    is_alike = here <= there or there <= here
    if name == _UNNAMED or is_alike or not re.search("[A-Za-z]", host):
        return
    message = f"is this {host}? Otherwise all else here is about another router"
    yield Finding("other-router", "error", message, f"hostname {name}", ())


def _is_there(knock: TimedKnock, numbers: set[str]) -> bool:
    ports = {str(each.port) for each in knock.sequence}
    return len(ports & numbers) > len(ports) // 2


def _parts(name: str) -> set[str]:
    return set(re.findall("[a-z0-9]+", name.lower()))
