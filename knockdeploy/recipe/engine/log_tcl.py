"""A Tcl policy on IOS-XE: it remembers what each source knocked, and opens by numbered entries.

The minutes of what it opened are counted by the applet that shuts, as beside the other engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.engine import log_quality
from knockdeploy.recipe.engine.log_applet import closing, closing_applet, refuse_other_closing
from knockdeploy.recipe.engine.tcl_policy import TclPolicy, is_registered
from knockdeploy.recipe.grant.numbered_ace import slots_of
from knockdeploy.recipe.owned import Owned
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.record import ENVIRONMENT
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import KnockSequence

_SEQUENCE: Final = f"{ENVIRONMENT} _knock_Sequence"
_MOST_OPENINGS: Final = 20  # what a line has room for


class LogTcl(TclPolicy):
    """The policy log_knock.tcl: each knock that an entry logs is a run, half a second of it."""

    templates = ("ios/engine/closing_applet.j2", "ios/engine/log_policy.j2")
    file = "log_knock.tcl"
    usual = "bootflash:/"
    variables = ("Sequence", "Decoys", "Window", "Services", "Aim", "Opens", "Slots")
    for_probes = ("Probes", "Probers")
    secret_variables = frozenset({"Sequence", "Decoys", "Probes"})

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the applet that shuts, and then the policy and what it reads."""
        return (closing_applet(at), *super().owned(at))

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return also what the applet that shuts is called."""
        return {**super().values(intent, at), "closing": closing(intent.names.applet)}

    def unsupported(self, intent: Intent) -> UnsupportedError | None:
        """Return why the services would not be on a line."""
        if len(slots_of(intent)[0]) > _MOST_OPENINGS:
            return UnsupportedError(
                f"engine: tcl opens at most {_MOST_OPENINGS} services on IOS-XE",
                "fewer knock.services, or engine: applet",
            )
        return None

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Yield what may lose a knock in the log, and what else wakes the policy."""
        yield from log_quality.held_back(running.config)
        if line := log_quality.denied_of_others(running.config):
            yield (
                f"'{line}' wakes the Tcl policy for each packet that it logs, half a second a run: "
                "more than two a second keep the door shut to whoever knocks"
            )

    def refuse_taken(self, running: Running, intent: Intent) -> None:
        """Refuse an applet of the name of the one that shuts, if it is for something else."""
        refuse_other_closing(running.config, intent.names.applet)

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        """Tell whether the policy is registered and reads these very knocks."""
        ports = " ".join(f"{knock.port}/{knock.protocol}" for knock in knocks)
        return config.child(f"{_SEQUENCE} {ports}") is not None and is_registered(config)
