"""``{name}`` in a reference is the host's name: one line of a group serves all its hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from nornir.core.inventory import Host

from knockdeploy.intent.faults import nearest, quoted

_PLACE: Final = re.compile(r"(?<!\$)\{([A-Za-z_][\w.-]*)\}")
_OWN: Final = ("name", "hostname", "platform")
_WORD: Final = re.compile(r"\w[\w.@+:-]*")
"""An inventory may be a server's: what it says must lead to no other folder and be no command."""


class LeadsNowhereError(Exception):
    """A reference leads nowhere; whoever follows it adds host and key."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def expanded(reference: str, host: Host) -> str:
    """Return ``reference`` with the host's values where it names keys.

    A shell's braces stay as they are: in a command only what the host has is a place.

    Raises:
        LeadsNowhereError: the host has no such key, or a value that cannot be part of a path.
    """
    is_command = reference.startswith("command:")

    def value(place: re.Match[str]) -> str:
        found = _value(host, place[1])
        if found is None and is_command:
            return place[0]
        if found is None:
            known = [*_OWN, *map(str, host.extended_data())]
            raise LeadsNowhereError(f"it has no {quoted(place[1])}", nearest(place[1], known))
        if not _WORD.fullmatch(found):
            message = f"{place[0]} is {quoted(found)}, which cannot be part of a reference"
            raise LeadsNowhereError(message, "letters, digits, . @ + : - and _ only")
        return found

    return _PLACE.sub(value, reference)


def _value(host: Host, key: str) -> str | None:
    if key in _OWN:
        own: str | None = getattr(host, key)
        return own or (host.name if key == "hostname" else None)
    value: object = host.extended_data()
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
