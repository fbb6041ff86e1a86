"""What a proof looks at: the router's counters and entries at one moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from knockdeploy.change.needed import Change
from knockdeploy.device import shows
from knockdeploy.device.session import RouterSession
from knockdeploy.device.temporary_entries import clear_entries


@dataclass(frozen=True, slots=True)
class Look:
    """What the router counts and lists at one moment; ``sources``: whose entries stand."""

    packets: int | None
    permits: int | None
    sources: frozenset[str]


class Watched:
    """What a proof asks of the router, on the session that carries the change."""

    def __init__(self, session: RouterSession, change: Change) -> None:
        self._session = session
        self._change = change

    def look(self) -> Look:
        """Read counters and entries; one round trip."""
        acl, names = self._change.at.acl, self._change.intent.names
        policy, lists = self._session.ask(
            "show policy-map control-plane host", f"show ip access-lists {acl}"
        )
        entries = shows.access_lists(lists).get(acl, ())
        permits = (entry for entry in entries if names.knock_group in entry.text.split())
        temporary = [each for entry in entries if entry.dynamic for each in entry.temporary]
        return Look(
            packets=shows.class_packets(policy).get(names.copp_class),
            permits=next((entry.matches for entry in permits), None),
            sources=shows.sources(temporary),
        )

    def is_idle(self) -> bool:
        """Tell whether our applet neither runs nor waits to: policies run one at a time.

        An image that does not know the commands names no applet.
        """
        told = self._session.ask(
            "show event manager policy pending", "show event manager policy active"
        )
        return not any(self._change.intent.names.applet in text.split() for text in told)

    def stir(self) -> None:
        """Keep the session from being ended for its silence."""
        self._session.stir()

    def clear(self, sources: Collection[str]) -> tuple[str, ...]:
        """Clear the entries for these sources; return those whose entry stays."""
        acl, dynamic, to = self._change.at.acl, self._change.at.dynamic, self._change.outside
        left = clear_entries(self._session, acl, dynamic, sorted(sources), to)
        return tuple(str(entry.source) for entry in left)
