"""Knocks are denied and logged by plain entries of the inbound list (iosxe-facts §1a)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from operator import attrgetter
from typing import ClassVar, Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.counters import listed_entries, show_list
from knockdeploy.recipe.marked_entries import canonical_entry, hears
from knockdeploy.recipe.owned import Owned
from knockdeploy.recipe.part import ShowOutput, Trigger
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running
from knockdeploy.recipe.trigger.host_features import dropped_services
from knockdeploy.sequence import Protocol

SPACING_MS: Final = 1100
"""XE logs at most one line a second [field, iosxe-facts §1a]; the rest is for the way there."""


class AclLog(Trigger):
    """The log of an inbound list: one line for the first packet of a flow, so one for each knock.

    Its entries stand in the list that shuts, half of them above and half below what is between.
    """

    protocols: ClassVar[frozenset[Protocol]] = frozenset(Protocol)
    spacing_ms: ClassVar[int] = SPACING_MS
    uses_groups: ClassVar[bool] = False
    hears_unbound: ClassVar[bool] = False
    facilities: ClassVar[tuple[str, ...]] = ("FMANFP", "SEC")  # either, as the train has it

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return nothing: its entries go with the list."""
        return ()

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return what is heard above and below: sorted, so that no order tells of the knock's."""
        heard = sorted(chain(*intent.silent.values()), key=attrgetter("port", "protocol"))
        middle = (len(heard) + 1) // 2
        return {"heard_above": heard[:middle], "heard_below": heard[middle:]}

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Yield what keeps a service shut to everybody (the one thing on IOS-XE's host path)."""
        return dropped_services(running.config, intent, at)

    def unsupported(self, intent: Intent) -> UnsupportedError | None:
        """Return why the knocks could not all be noticed in time."""
        n_knocks = max(len(intent.ports), len(intent.probe_ports))
        needed_s = n_knocks - 1
        if intent.window_seconds <= needed_s:
            return UnsupportedError(
                f"IOS-XE logs one knock a second, so {n_knocks} knocks take more than "
                f"{needed_s} s, and window_seconds is {intent.window_seconds}",
                f"knock.window_seconds: {2 * needed_s}",
            )
        return super().unsupported(intent)

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return what lists the matches of its entries."""
        return (show_list(at.acl),)

    def heard(self, output: ShowOutput, at: Placement) -> int | None:
        """Return how many packets its entries have matched."""
        return matched(output, at)


def matched(output: ShowOutput, at: Placement) -> int | None:
    """Return how many packets the entries that hear have matched; None if there is none."""
    counts = [e.matches for e in listed_entries(output, at.acl) if hears(canonical_entry(e.text))]
    return sum(count or 0 for count in counts) if counts else None
