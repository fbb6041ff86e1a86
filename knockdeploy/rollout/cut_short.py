"""What a router is like whose turn was cut short, by how far it came."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Final

from knockdeploy.rollout.window import clock
from knockdeploy.state import State
from knockdeploy.store.journal import Event, Happened

_REVERTS: Final = "it reverts by itself{at}"
_CONFIRMED: Final = "the change was confirmed and is in effect; it may not be saved"
_SEEN: Final = {
    None: (State.BEFORE, "not begun"),
    Event.BEGUN: (State.BEFORE, "no line of the change was sent"),
    Event.READ: (State.BEFORE, "read; no line of the change was sent"),
    Event.ARMING: (State.REVERTING, "its timer was about to be armed: " + _REVERTS),
    Event.ARMED: (State.REVERTING, "its timer was armed: " + _REVERTS),
    Event.UNARMED: (
        State.UNKNOWN,
        "nothing was armed: lines that were sent stay until they are taken back",
    ),
    Event.OPENED: (State.REVERTING, "lines were sent: " + _REVERTS),
    Event.CLOSED: (State.REVERTING, "the change was sent: " + _REVERTS),
    Event.CONFIRMING: (State.UNKNOWN, _REVERTS + " unless it was confirmed just then"),
    Event.CONFIRMED: (State.AFTER, _CONFIRMED),
    Event.SAVED: (State.AFTER, "the change was confirmed and saved"),
    Event.UNDONE: (State.BEFORE, "the change was taken back"),
}
"""By the last thing that was noted."""

_UNDER_WAY: Final = (Event.OPENED, Event.CLOSED, Event.CONFIRMING)


def cut_short(events: Iterable[Happened]) -> tuple[State, str]:
    """Return what a router is like, as far as its events of one turn tell, and in words."""
    noted: list[Event] = []
    reverts = ""
    for each in events:
        if each.event == Event.BEGUN:
            noted, reverts = [], ""
        reverts = each.reverts or reverts
        if each.event in _SEEN:
            noted.append(Event(each.event))
    last = noted[-1] if noted else None
    if last in _UNDER_WAY and Event.ARMED not in noted:
        last = Event.UNARMED
    state, text = _SEEN[last]
    at_s = datetime.datetime.fromisoformat(reverts).timestamp() if reverts else None
    return state, text.format(at=f" at {clock(at_s)}" if at_s is not None else "")
