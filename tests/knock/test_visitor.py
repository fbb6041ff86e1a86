"""Whoever knocks and looks at the door."""

from __future__ import annotations

from typing import Any

import pytest

from knockdeploy.intent import intent_from
from knockdeploy.knock.probe import Seen
from knockdeploy.knock.visitor import Visitor

INTENT = intent_from(
    {
        "ports": [46543, 28654, 40204, 57566, 34515],
        "services": ["22/tcp"],
        "outside_ports": {22: 10022},
        "interface": "GigabitEthernet0/0",
    }
)


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
