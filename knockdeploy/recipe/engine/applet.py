"""An applet of the event manager reads the knocks from the log: in order, from one source.

What applets can do is ios-facts §3; which lines of the article are corrected, §12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from knockdeploy.intent import Intent
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.engine.applets import (
    INSTEAD,
    applets,
    former_applets,
    knock_applets,
    lines_of,
    refuse_other,
)
from knockdeploy.recipe.owned import Former, Owned, Scope
from knockdeploy.recipe.part import Engine
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.record import ENVIRONMENT
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import KnockSequence

SEQUENCE: Final = "engine.sequence"
_SEQUENCE_NUMBERS: Final = "service sequence-numbers"


class AppletEngine(Engine):
    """The article's applet: sequence numbers tell it the order, variables what it opens."""

    templates = ("ios/engine/environment.j2", "ios/engine/applet.j2")
    trusts_andnot: ClassVar[bool] = True
    instead = INSTEAD

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the sequence numbers where we brought them, the variables, and the applets."""
        kind, _, name = _SEQUENCE_NUMBERS.partition(" ")
        scope = Scope.LINE if at.record.has(SEQUENCE) else Scope.ENTRIES
        return (
            Owned(kind, name, "sequence-numbers", scope),
            Owned(ENVIRONMENT, "_knock_Services", "environment", Scope.LINE),
            Owned(ENVIRONMENT, "_knock_Timeout", "environment", Scope.LINE),
            *knock_applets(at),
        )

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with a record of whether the sequence numbers are ours."""
        is_absent = running.config.child(_SEQUENCE_NUMBERS) is None
        # where there is none, what was deployed was another engine's
        has_applet = any(applets(running.config, intent.names.applet))
        is_first = is_absent and not (running.record and has_applet)
        return at.recording(SEQUENCE, running.recorded.has(SEQUENCE) or is_first)

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with what the record says of the sequence numbers."""
        return at.recording(SEQUENCE, running.recorded.has(SEQUENCE))

    def former_names(self, running: Running, intent: Intent, at: Placement) -> Iterator[Former]:
        """Yield an applet that opens for knocks under another name."""
        return former_applets(
            running.config, intent.names, lambda line: "D$_knock_Services" in line
        )

    def refuse_taken(self, running: Running, intent: Intent) -> None:
        """Refuse an applet of our name that has nothing of ours nor of the article's."""
        for key, name in intent.names.applets.items():
            refuse_other(running.config, name, key, marks="_knock_")

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        """Tell whether the applet is there and waits for these very knocks."""
        lines = lines_of(config, intent.names.applet)
        events = " ".join(line for line in lines if line.startswith("event "))
        return all(re.search(rf"(?<!\d){knock.port}(?!\d)", events) for knock in knocks)
