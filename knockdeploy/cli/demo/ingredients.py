"""What the routers of the demo get: by default, or as its options say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knockdeploy.errors import InputError, Mistake
from knockdeploy.lab.configs import starting
from knockdeploy.recipe.platforms import PLATFORMS

_PROTOCOLS: Final = ("udp", "tcp")
_NEEDED: Final = {"copp": ("access: knock", "knock_only: true", "destination: any")}
"""What an enforcement needs: this one shuts the inside too, where our sessions come in."""

_N_KINDS: Final = 3
"""Of routers in the lab; the first has no inbound ACL, which would filter before anything else."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the story says of a platform: what its routers speak, and what opens a door there."""

    ios: str
    opens: str


_WORDINGS: Final = {
    "ios": Wording("classic IOS", "one temporary entry below the dynamic one of its list"),
    "iosxe": Wording(
        "IOS-XE",
        "one numbered entry of its list for each service: there a knock does edit the running "
        "configuration, for a while",
    ),
}


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What the routers run, what judges the knocks, what those are sent as, and what shuts.

    Raises:
        InputError: there is no such word.
    """

    engine: str = "applet"
    protocol: str = "udp"
    enforcement: str = "interface-acl"
    platform: str = "ios"

    def __post_init__(self) -> None:
        """Refuse unknown values."""
        refuse_unknown("platform", self.platform, _WORDINGS)
        has = PLATFORMS[self.platform]
        refuse_unknown("engine", self.engine, has.engines)
        refuse_unknown("protocol", self.protocol, _PROTOCOLS)
        refuse_unknown("enforcement", self.enforcement, has.enforcements)

    @property
    def wording(self) -> Wording:
        """What the story says of the platform."""
        return _WORDINGS[self.platform]

    @property
    def start(self) -> Callable[[int, str, str, str], str] | None:
        """What the routers start with; None for the three kinds of the lab."""
        return {"zone": _zoned, "copp": _without_acl}.get(self.enforcement)

    def write(self, config_file: Path, needed: Sequence[str] | None = None) -> None:
        """Put them into the intent of all routers, whose keys come last in the groups' file.

        ``needed`` are further keys, in place of those that the enforcement needs.
        """
        lines = [f"{key}: {getattr(self, key)}" for key in ("engine", "protocol", "enforcement")]
        lines += _NEEDED.get(self.enforcement, ()) if needed is None else needed
        with (config_file.parent / "inventory/groups.yaml").open("a", encoding="ascii") as groups:
            groups.writelines(f"      {line}\n" for line in lines)


def refuse_unknown(key: str, word: str, known: Iterable[str]) -> None:
    """Refuse a value that an option does not have."""
    *others, last = known
    if word not in {*others, last}:
        hint = f"{', '.join(others)} or {last}" if others else last
        raise InputError(Mistake(f"unknown {key} {word!r}", hint, key=f"--{key}"))


def _without_acl(index: int, name: str, inside: str, outside: str) -> str:
    return starting(_N_KINDS * index, name, inside, outside)


def _zoned(index: int, name: str, inside: str, outside: str) -> str:
    text = _without_acl(index, name, inside, outside)
    zones = {"INTERNET": outside, "LAN": inside}
    made = "".join(f"zone security {zone}\n" for zone in zones)
    text = text.replace("interface ", f"{made}interface ", 1)
    for zone, address in zones.items():
        line = f" ip address {address} 255.255.0.0\n"
        text = text.replace(line, f"{line} zone-member security {zone}\n")
    return text


USUAL: Final = Ingredients()
