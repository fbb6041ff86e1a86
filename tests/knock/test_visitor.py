"""Whoever knocks and looks at the door."""

from __future__ import annotations

from typing import Any

import pytest

from knockdeploy.intent import intent_from
from knockdeploy.knock.probe import Seen
from knockdeploy.knock.visitor import Visitor
from knockdeploy.sequence import KnockSequence

INTENT = intent_from(
    {
        "ports": [46543, 28654, 40204, 57566, 34515],
        "services": ["22/tcp"],
        "outside_ports": {22: 10022},
        "interface": "GigabitEthernet0/0",
    }
)


def test_the_last_knock_waits_for_a_look_at_the_router() -> None:
    done: list[object] = []

    class Elsewhere:
        def knock(self, _: str, sequence: KnockSequence, *, pause_ms: int, sleep: Any) -> None:
            for at, knock in enumerate(sequence):
                if at:
                    sleep(pause_ms / 1000)
                done.append(knock.port)

    there: Any = Elsewhere()
    visitor = Visitor("192.0.2.1", INTENT, lambda _: None, lambda _: None, there)
    visitor.knock(INTENT.sequence, lambda: done.append("look"))
    assert done == [46543, 28654, 40204, 57566, "look", 34515]


@pytest.mark.parametrize("until_open", [False, True])
def test_a_shut_service_is_looked_at_again_only_where_it_should_open(until_open: bool) -> None:
    asked = []

    class Elsewhere:
        def probe(self, address: str, port: int, **_: object) -> Seen:
            asked.append((address, port))
            return Seen(is_open=len(asked) == 2, how="ssh banner" if asked[1:] else "timeout")

    there: Any = Elsewhere()
    visitor = Visitor("192.0.2.1", INTENT, lambda _: None, elsewhere=there)
    assert visitor.probe(INTENT.services[0], until_open=until_open).is_open is until_open
    assert asked == [("192.0.2.1", 10022)] * (2 if until_open else 1)
