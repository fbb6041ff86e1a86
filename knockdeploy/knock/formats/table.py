"""What writes each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from knockdeploy.knock.formats import FormatName, apps, card, shell
from knockdeploy.knock.formats.door import Door

FORMATS: Final[Mapping[FormatName, Callable[[Door], str]]] = {
    "knock": shell.knock,
    "knockd": shell.knockd,
    "openssh": shell.openssh,
    "knockonports": apps.knock_on_ports,
    "portknocker": apps.port_knocker,
    "termix": apps.termix,
    "card": card.card,
}
"""What each raises: InputError, if the door cannot be said in that format."""

PAGES: Final[Mapping[FormatName, Callable[[Door], str]]] = {"card": card.page}
"""Which of them a file NAME.html has as a page of its own."""
