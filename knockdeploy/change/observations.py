"""What a proof looks at: the router's counters and entries at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from knockdeploy.change.needed import Change
from knockdeploy.device import shows
from knockdeploy.device.session import RouterSession


@dataclass(frozen=True, slots=True)
class Look:
    """What the router counts and lists at one moment; ``sources``: whose entries stand."""

    packets: int | None
    permits: int | None
    sources: frozenset[str]


def look(session: RouterSession, change: Change) -> Look:
    """Read counters and entries; one round trip."""
    acl, names = change.site.acl, change.intent.names
    policy, lists = session.ask("show policy-map control-plane host", f"show ip access-lists {acl}")
    entries = shows.access_lists(lists).get(acl, ())
    permits = (entry for entry in entries if names.knock_group in entry.text.split())
    temporary = [each for entry in entries if entry.dynamic for each in entry.temporary]
    return Look(
        packets=shows.class_packets(policy).get(names.copp_class),
        permits=next((entry.matches for entry in permits), None),
        sources=shows.sources(temporary),
    )


def is_idle(session: RouterSession, change: Change) -> bool:
    """Tell whether our applet neither runs nor waits to: policies run one at a time.

    An image that does not know the commands names no applet.
    """
    told = session.ask("show event manager policy pending", "show event manager policy active")
    return not any(change.intent.names.applet in text.split() for text in told)
