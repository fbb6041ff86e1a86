"""Routers to which the knock was deployed, without a wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.lab import configs
from knockdeploy.plan.model import Deployed, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import PLATFORMS, recipe_for
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running

OUTSIDE: Final = "198.51.100.1"
INSIDE: Final = "10.0.0.1"
CLIENT: Final = "198.51.100.7"
UPLINKS: Final = ("GigabitEthernet0/0", "GigabitEthernet0/2")
_KNOCK: Final = {
    "ports": [46543, 28654, 40204, 57566, 34515],
    "services": ["22/tcp", "80/tcp", "443/tcp-udp"],
    "interface": UPLINKS[0],
    "new_acl_entries": ["permit ip any any"],
    "management_sources": ["192.0.2.0/24"],
}
INTENT: Final = intent_from(_KNOCK)
KINDS: Final = (0, 2)
"""Of the lab's configurations: without an inbound list, and with one that is strict."""


def deployable() -> Iterator[tuple[str, int]]:
    """Yield what can shut the door of a classic router, and with which list before it."""
    for enforcement, kind in product(PLATFORMS["ios"].enforcements, KINDS):
        with suppress(UnsupportedError):
            deployed(kind, enforcement)
            yield enforcement, kind


def deployed(kind: int, enforcement: str) -> tuple[Intent, Node, Placement]:
    """Return a router after its deployment."""
    intent = intent_from({**_KNOCK, "enforcement": enforcement})
    recipe = recipe_for(intent, "ios")
    running = Running(parse(configs.starting(kind, "r1", INSIDE, OUTSIDE).text))
    at = recipe.place(running, intent)
    terms = Terms(intent, recipe, judges=False)
    after = plan(running, Deployed(wanted(recipe, intent, at, None), at), terms).after
    return intent, after, recipe.place(Running(after), intent)
