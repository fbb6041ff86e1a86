"""An applet of the event manager reads the knocks from the log: in order, from one source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.owned import Former, Owned, Scope
from knockdeploy.recipe.part import Engine
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Secret
from knockdeploy.sequence import KnockSequence

SEQUENCE: Final = "engine.sequence"
_KIND: Final = "event manager applet"
_VARIABLE: Final = "event manager environment"
_SEQUENCE_NUMBERS: Final = "service sequence-numbers"


class Applet(Engine):
    """The article's applet: sequence numbers tell it the order, variables what it opens."""

    templates = ("ios/engine/environment.j2", "ios/engine/applet.j2")
    trusts_andnot: ClassVar[bool] = True
    instead = "engine: tcl opens by a Tcl policy, which has no such line"

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the sequence numbers where we brought them, the variables, and the applets."""
        kind, _, name = _SEQUENCE_NUMBERS.partition(" ")
        scope = Scope.LINE if at.record.has(SEQUENCE) else Scope.ENTRIES
        return (
            Owned(kind, name, "sequence-numbers", scope),
            Owned(_VARIABLE, "_knock_Services", "environment", Scope.LINE),
            Owned(_VARIABLE, "_knock_Timeout", "environment", Scope.LINE),
            Owned(
                _KIND, at.names.applet, "applet", key="names.applet", replaced=True,
                secret=Secret.PATTERNS,
            ),
            Owned(
                _KIND, at.names.probe_applet, "applet", key="names.probe_applet", replaced=True,
                secret=Secret.PATTERNS,
            ).only(where=at.is_probed),
        )  # fmt: skip

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with a record of whether the sequence numbers are ours.

        Raises:
            UnsupportedError: if an applet of our name has nothing of ours nor of the article's.
        """
        had, is_first = running.record, running.config.child(_SEQUENCE_NUMBERS) is None
        is_known = had and any(
            _applets(running.config, intent.names.applet)
        )  # else they were another engine's
        is_ours = bool(had and had.has(SEQUENCE)) or (is_first and not is_known)
        return _with(at, is_ours=is_ours)

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with what the record says of the sequence numbers."""
        is_ours = bool(running.record and running.record.has(SEQUENCE))
        return _with(at, is_ours=is_ours)

    def former_names(self, running: Running, intent: Intent, at: Placement) -> Iterator[Former]:
        """Yield an applet that opens for knocks under another name."""
        for node in running.config.children:
            words = node.text.split()
            is_applet = words[:3] == _KIND.split()
            is_knock = is_applet and any("D$_knock_Services" in e.text for e in node.children)
            if is_knock and words[3] not in intent.names.applets.values():
                yield Former("applet", node.text, words[3])

    def refuse_taken(self, running: Running, intent: Intent) -> None:
        """Refuse an applet of our name that has nothing of ours nor of the article's.

        Raises:
            UnsupportedError: naming its header.
        """
        ours = intent.names.applets
        for key, node in ((k, n) for k in ours for n in _applets(running.config, ours[k])):
            if node.children and not any("_knock_" in child.text for child in node.children):
                raise UnsupportedError(
                    f"'{node.text}' is an applet for something else",
                    f"choose another name: knock.names.{key}",
                )

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        """Tell whether the applet is there and waits for these very knocks."""
        events = " ".join(
            line.text
            for node in _applets(config, intent.names.applet)
            for line in node.children
            if line.text.startswith("event ")
        )
        return all(re.search(rf"(?<!\d){knock.port}(?!\d)", events) for knock in knocks)


def _with(at: Placement, *, is_ours: bool) -> Placement:
    return replace(at, record=at.record.setting(SEQUENCE, is_ours))


def _applets(config: Node, *names: str) -> Iterator[Node]:
    headers = tuple(f"{_KIND} {name} " for name in names)
    return (node for node in config.children if f"{node.text} ".startswith(headers))
