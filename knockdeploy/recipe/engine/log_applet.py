"""Two applets of the event manager: one reads knocks from the log buffer, one shuts (§8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.engine import log_quality
from knockdeploy.recipe.engine.applets import (
    INSTEAD,
    KIND,
    former_applets,
    knock_applets,
    lines_of,
    refuse_other,
)
from knockdeploy.recipe.marked_entries import MARK
from knockdeploy.recipe.owned import Former, Owned, Scope
from knockdeploy.recipe.part import Engine
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import KnockSequence

_THREADS: Final = "event manager scheduler applet thread class"
_CLASS: Final = "K"
"""Of the applets that open: who floods the last knock port keeps none waiting but them."""

_OPENS: Final = "$_knock_Source"
_MARKS: Final = f"{MARK} "
# Whatever may be special: an underscore is a delimiter in the filter of a show command.
_SPECIAL: Final = re.compile(r"[^A-Za-z0-9-]")


def closing(applet: str) -> str:
    """Return the name of the applet that shuts what another one opened."""
    return f"{applet}_Close"


def closing_applet(at: Placement) -> Owned:
    """Return the applet that shuts as an object of ours."""
    return Owned(KIND, closing(at.names.applet), "applet", key="names.applet", replaced=True)


def refuse_other_closing(config: Node, applet: str) -> None:
    """Refuse an applet for something else that has the name of the one that shuts.

    Raises:
        UnsupportedError: naming its header.
    """
    refuse_other(config, closing(applet), "applet", marks=_MARKS)


class LogApplet(Engine):
    """An applet that the last knock wakes: the log buffer tells it order, source and time.

    A second one counts the minutes of each slot, and takes away what stands too long: also after
    a reload, or where somebody saved it.
    """

    templates = ("ios/engine/closing_applet.j2", "ios/engine/log_applet.j2")
    instead = INSTEAD

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the applets: what shuts is made before what opens."""
        threads = Owned(_THREADS, _CLASS, "applet-threads", Scope.LINE)
        return closing_applet(at), threads, *knock_applets(at)

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return what the patterns say of the list and of where knocks go."""
        outside = at.destination if intent.destination == "outside" else None
        return {
            "closing": closing(intent.names.applet),
            "thread_class": _CLASS,
            "list_pattern": _SPECIAL.sub(".", at.acl),
            "aim_pattern": outside.replace(".", r"\.") if outside else "[0-9.]+",
        }

    def unsupported(self, intent: Intent) -> UnsupportedError | None:
        """Return why one applet would take the place of another."""
        if intent.names.probe_applet == closing(intent.names.applet):
            return UnsupportedError(
                "names.probe_applet is the name of the applet that shuts on IOS-XE",
                "knock.names.probe_applet: another name",
            )
        return None

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Refuse a log that the applet could not read; yield what may lose a knock there."""
        log_quality.refuse_unreadable(running.config)
        yield from log_quality.warnings(running.config, at.acl)

    def former_names(self, running: Running, intent: Intent, at: Placement) -> Iterator[Former]:
        """Yield an applet that opens for knocks under another name."""
        opens = f"host {_OPENS} {_MARKS}"
        return former_applets(
            running.config, intent.names, lambda line: "permit " in line and opens in line
        )

    def refuse_taken(self, running: Running, intent: Intent) -> None:
        """Refuse an applet of our names that is for something else."""
        for node in running.config.children:
            is_of_class = node.text.startswith(KIND) and f" class {_CLASS}" in node.text
            if is_of_class and not any(_MARKS in line.text for line in node.children):
                raise UnsupportedError(
                    f"'{node.text}' would wait while knocks are judged in the same thread",
                    "give that applet another class on the router",
                )
        for key, name in intent.names.applets.items():
            refuse_other(running.config, name, key, marks=_MARKS)
        refuse_other_closing(running.config, intent.names.applet)

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        """Tell whether the applet is there and waits for these very knocks."""
        lines = lines_of(config, intent.names.applet)
        actions = " ".join(line for line in lines if " regexp " in line)
        return all(rf"\({knock.port}\)" in actions for knock in knocks)
