"""Host keys that another machine keeps: it is asked about each, and refuses for us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paramiko

from knockdeploy.device.hostkeys import HostKeys


class HostKeysElsewhere(HostKeys):
    """``ask`` asks one of the ``answers`` of that machine, and raises what it raises."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def key_type(self, name: str) -> str | None:
        """Return the type of the key known for ``name`` there."""
        found: str | None = self._ask("key_type", name)
        return found

    def check(self, name: str, key: paramiko.PKey) -> None:
        """Accept the key that is known there for ``name``; the first of a new host is stored."""
        self._ask("check_key", name, key.get_name(), key.asbytes())


def answers(kept: HostKeys) -> dict[str, Callable[..., object]]:
    """Return what may be asked of those who keep them."""

    def check_key(name: str, key_type: str, content: bytes) -> None:
        kept.check(name, paramiko.PKey.from_type_string(key_type, content))

    return {"key_type": kept.key_type, "check_key": check_key}
