"""Which enforcement a router has: the record says so, but of the first there was."""

from __future__ import annotations

from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.recipe.record import Record
from knockdeploy.recipe.running import Running

_KIND: Final = "enforcement.kind"
_FIRST: Final = "interface-acl"


def recording(record: Record, intent: Intent) -> Record:
    """Return the record with what shuts."""
    return record.setting(_KIND, intent.enforcement != _FIRST and intent.enforcement)


def refuse_another(running: Running, intent: Intent) -> None:
    """Refuse where something else shuts the door: two would, and one of them would stay.

    Raises:
        UnsupportedError: naming it.
    """
    had = running.record and (running.record.get(_KIND) or _FIRST)
    if had and had != intent.enforcement:
        raise UnsupportedError(
            f"the router has a deployment with enforcement: {had}",
            "give the host that one and remove it; then deploy the other",
        )
