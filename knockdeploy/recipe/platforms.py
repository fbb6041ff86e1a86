"""Which ingredients a platform has: the one place that says what is not supported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent, platforms
from knockdeploy.recipe.enforcement.copp import Copp
from knockdeploy.recipe.enforcement.interface_acl import InterfaceAcl
from knockdeploy.recipe.enforcement.logged_acl import LoggedAcl
from knockdeploy.recipe.enforcement.zone import Zone
from knockdeploy.recipe.engine.applet import AppletEngine
from knockdeploy.recipe.engine.log_applet import LogApplet
from knockdeploy.recipe.engine.log_tcl import LogTcl
from knockdeploy.recipe.engine.tcl import Tcl
from knockdeploy.recipe.grant.lock_and_key import LockAndKey
from knockdeploy.recipe.grant.numbered_ace import NumberedAce
from knockdeploy.recipe.part import Enforcement, Engine, Grant, Part, Trigger
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.recipe.trigger.acl_log import AclLog
from knockdeploy.recipe.trigger.control_plane_log import ControlPlaneLog


@dataclass(frozen=True, slots=True)
class Platform:
    """The ingredients that a platform has, by the intent's word for them."""

    trigger: Trigger
    grant: Grant
    engines: Mapping[str, Engine]
    enforcements: Mapping[str, Enforcement]
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Why it does not have what other platforms have."""
    is_xe: bool = False


_CLASSIC: Final = Platform(
    trigger=ControlPlaneLog(),
    grant=LockAndKey(),
    engines=MappingProxyType({"applet": AppletEngine(), "tcl": Tcl()}),
    enforcements=MappingProxyType(
        {"interface-acl": InterfaceAcl(), "zone": Zone(), "copp": Copp()}
    ),
)
_XE: Final = Platform(
    trigger=AclLog(),
    grant=NumberedAce(),
    engines=MappingProxyType({"applet": LogApplet(), "tcl": LogTcl()}),
    enforcements=MappingProxyType({"interface-acl": LoggedAcl()}),
    lacks=MappingProxyType(
        {
            "zone": "what a zone drops is logged there by the forwarding processor in a form that "
            "nobody has seen for knocks",
            "copp": "its control plane takes neither drop nor lock-and-key: police and set alone",
        }
    ),
    is_xe=True,
)
PLATFORMS: Final[dict[str, Platform]] = {
    **dict.fromkeys(platforms.CLASSIC_IOS, _CLASSIC),
    **dict.fromkeys(platforms.IOS_XE, _XE),
}
"""By Nornir's word for them."""

CLASSIC_IOS: Final = Recipe(_CLASSIC.trigger, AppletEngine(), _CLASSIC.grant, InterfaceAcl())
"""What a router of classic IOS has by default."""


def recipe_for(intent: Intent, platform: str | None = "ios") -> Recipe:
    """Return what an intent is made of on a platform.

    Raises:
        UnsupportedError: something is not supported there; the hint says what is.
    """
    has = PLATFORMS.get(platform or "")
    if has is None:
        raise platforms.unsupported_platform(platform)
    engine, enforcement = has.engines.get(intent.engine), has.enforcements.get(intent.enforcement)
    if engine is None:
        raise _lacking(has, "engine", intent.engine, has.engines)
    if enforcement is None:
        raise _lacking(has, "enforcement", intent.enforcement, has.enforcements)
    others = tuple(each for each in has.engines.values() if each is not engine)
    recipe = Recipe(has.trigger, engine, has.grant, enforcement, others, has.is_xe)
    for part in recipe.parts:
        if refused := part.unsupported(intent):
            raise refused
    return recipe


def spacing_ms(platform: str | None) -> int:
    """Return how far apart knocks at a platform must be."""
    has = PLATFORMS.get(platform or "")
    return has.trigger.spacing_ms if has else 0


def unsupported(intent: Intent, platform: str | None) -> UnsupportedError | None:
    """Return why an intent is not supported on a platform; None where it is."""
    try:
        recipe_for(intent, platform)
    except UnsupportedError as refused:
        return refused
    return None


def _lacking(has: Platform, key: str, word: str, known: Mapping[str, Part]) -> UnsupportedError:
    why = f"on IOS-XE: {has.lacks[word]}" if word in has.lacks else "yet"
    hint = f"use instead: {key}: {next(iter(known))}"
    return UnsupportedError(f"{key}: {word} is not supported {why}", hint)
