"""Intents as most tests want them: the least that one has, and what the test is about."""

from __future__ import annotations

from typing import Final

from knockdeploy.intent import Intent, intent_from

KNOCK: Final = (46543, 28654, 40204, 57566, 34515)
LEAST: Final = {
    "ports": list(KNOCK),
    "services": ["22/tcp"],
    "interface": "GigabitEthernet0/0",
}


def an_intent(**keys: object) -> Intent:
    return intent_from({**LEAST, **keys})


def a_short_intent(**keys: object) -> Intent:
    """Return one of three knocks, where a diff or a search is to stay small."""
    return an_intent(weak=True, ports=list(KNOCK[:3]), **keys)
