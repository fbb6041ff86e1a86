"""The doors that are attacked: as they were, and as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from knockdeploy.intent import Intent, intent_from
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.rehearsal.rig import Rig

PORTS: Final = (46543, 38654, 40204, 47566, 34515)
ENGINES: Final = ("applet", "tcl")
XE: Final = "IOS-XE"
ENFORCEMENTS: Final = ("interface-acl", "zone", "copp")
USUAL: Final = Behaviour()
OUTSIDE: Final = "203.0.113.1"
_APPLET: Final = "ios/engine/applet.j2"
_COPP: Final = "ios/enforcement/copp.j2"


@dataclass(frozen=True, slots=True)
class Kind:
    """A door; as it was unless ``is_hardened``.

    Then it has decoys, patterns that begin at the head of a message, and stands on all paths of the
    control plane. ``grant_slots`` people are in at once on IOS-XE.
    """

    engine: str
    enforcement: str
    is_hardened: bool = True
    protocol: str = "udp"
    platform: Literal["ios", "iosxe"] = "ios"
    grant_slots: int = 4
    behaviour: Behaviour = USUAL

    @property
    def where(self) -> str:
        """What shuts, as the table has it."""
        return f"`{self.enforcement}`" if self.platform == "ios" else XE

    def intent(self) -> Intent:
        """Return what is wanted of it."""
        return intent_from(
            {
                "ports": list(PORTS),
                "protocol": self.protocol,
                "decoys": 5 if self.is_hardened else 0,
                "services": ["22/tcp"],
                "interface": "GigabitEthernet0/0",
                "new_acl_entries": ["permit ip any any"],
                "management_sources": ["192.0.2.0/24"],
                "engine": self.engine,
                "enforcement": self.enforcement,
                "grant_slots": self.grant_slots,
            }
        )


@contextmanager
def door(kind: Kind) -> Iterator[Rig]:
    """Have a router with such a door, newly started."""
    with TemporaryDirectory() as folder:
        templates = None if kind.is_hardened else _earlier(Path(folder))
        yield Rig.set(kind.intent(), kind.behaviour, templates, kind.platform)


def _earlier(folder: Path) -> Path:
    """Return templates whose applet takes text anywhere in the log for the head of a message.

    And that shut on the host path alone.
    """
    applet, copp = map(_text, (_APPLET, _COPP))
    loose = applet.replace("^[^%]*%CP", "%CP").replace("^[^0-9%]*([0-9]", "([0-9]")
    for name, text in ((_APPLET, loose), (_COPP, copp.partition("{% if paths %}")[0])):
        file = folder / name
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    return folder


def _text(template: str) -> str:
    return files("knockdeploy.templates").joinpath(template).read_text(encoding="utf-8")
