"""Routers to which the knock was deployed, without a wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.lab import configs, configs_xe
from knockdeploy.plan.model import Deployed, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import recipe_for
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
    "timeout_minutes": 2,  # on IOS-XE an applet runs in each of them
}
INTENT: Final = intent_from(_KNOCK)
_STRICT: Final = "a strict list"
_POLICY: Final = "their policy"
_ZONES: Final = "zone security INTERNET\nzone security LAN\n"
_THEIRS: Final = (
    "ip access-list extended VPN\n permit udp any any eq isakmp\n permit esp any any\n"
    "class-map type inspect match-any VPN\n match access-group name VPN\n"
    "policy-map type inspect IN\n class type inspect VPN\n  pass\n class class-default\n  drop\n"
    "zone-pair security in source INTERNET destination self\n service-policy type inspect IN\n"
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What shuts, what reads the log, and ``beside`` what that has to stand on the router."""

    enforcement: str
    engine: str
    beside: str
    platform: str = "ios"

    def __str__(self) -> str:
        on = "" if self.platform == "ios" else ", IOS-XE"
        return f"{self.enforcement}, {self.engine}, {self.beside}{on}"

    @property
    def is_strict(self) -> bool:
        """Whether what nobody asked for stays out, too."""
        return self.beside in {_STRICT, _POLICY}


DEPLOYMENTS: Final = (
    Deployment("interface-acl", "applet", "no list"),
    Deployment("interface-acl", "applet", _STRICT),
    Deployment("interface-acl", "tcl", "no list"),
    Deployment("interface-acl", "applet", "no list", "cisco_xe"),
    Deployment("interface-acl", "applet", _STRICT, "cisco_xe"),
    Deployment("interface-acl", "tcl", "no list", "cisco_xe"),
    Deployment("copp", "applet", "no list"),
    Deployment("copp", "tcl", "no list"),
    Deployment("zone", "applet", "a bare pair"),
    Deployment("zone", "applet", _POLICY),
    Deployment("zone", "tcl", _POLICY),
)


def deployed(what: Deployment) -> tuple[Intent, Node, Placement]:
    """Return a router after its deployment."""
    intent = intent_from({**_KNOCK, "enforcement": what.enforcement, "engine": what.engine})
    recipe = recipe_for(intent, what.platform)
    running = Running(parse(_start(what)))
    at = recipe.place(running, intent)
    terms = Terms(intent, recipe, judges=False)
    after = plan(running, Deployed(wanted(recipe, intent, at, None), at), terms).after
    return intent, after, recipe.place(Running(after), intent)


def _start(what: Deployment) -> str:
    starting = configs_xe.starting if what.platform == "cisco_xe" else configs.starting
    text = starting(2 if what.beside == _STRICT else 0, "r1", INSIDE, OUTSIDE)
    text = text.replace("GigabitEthernet0/0/", "GigabitEthernet0/")
    if what.enforcement != "zone":
        return text
    for name, zone in ((UPLINKS[0], "INTERNET"), ("GigabitEthernet0/1", "LAN")):
        text = text.replace(
            f"interface {name}\n", f"interface {name}\n zone-member security {zone}\n"
        )
    return _ZONES + (_THEIRS if what.beside == _POLICY else "") + text
