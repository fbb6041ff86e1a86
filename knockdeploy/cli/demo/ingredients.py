"""What the routers of the demo get: by default, or as its options say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knockdeploy.errors import InputError, Mistake

_WORDS: Final = {"engine": ("applet", "tcl"), "protocol": ("udp", "tcp")}


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What judges the knocks, and what they are sent as.

    Raises:
        InputError: there is no such word.
    """

    engine: str = "applet"
    protocol: str = "udp"

    def __post_init__(self) -> None:
        """Refuse words that there are not."""
        for key, words in _WORDS.items():
            if (word := getattr(self, key)) not in words:
                raise InputError(
                    Mistake(f"unknown {key} {word!a}", " or ".join(words), key=f"--{key}")
                )

    def write(self, config_file: Path) -> None:
        """Put them into the intent of all routers, whose keys come last in the groups' file."""
        with (config_file.parent / "inventory/groups.yaml").open("a", encoding="ascii") as groups:
            groups.writelines(f"      {key}: {getattr(self, key)}\n" for key in _WORDS)


USUAL: Final = Ingredients()
