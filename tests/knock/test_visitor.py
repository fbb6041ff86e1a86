"""Whoever knocks and looks at the door."""

from __future__ import annotations

from typing import Any

import pytest
from intents import an_intent

from knockdeploy.errors import UnreachableError
from knockdeploy.knock.probe import Seen
from knockdeploy.knock.visitor import Visitor
from knockdeploy.sequence import KnockSequence

INTENT = an_intent(outside_ports={22: 10022})


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


def test_a_look_is_a_part_of_the_pause_and_no_knock_waits_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All knocks must arrive within the window, however long the router takes to list."""
    now = [100.0]
    slept: list[float] = []
    monkeypatch.setattr("knockdeploy.knock.visitor.time.monotonic", lambda: now[0])

    class Elsewhere:
        def knock(self, _: str, sequence: KnockSequence, *, pause_ms: int, sleep: Any) -> None:
            for _knock in sequence.knocks[1:]:
                sleep(pause_ms / 1000)

    there: Any = Elsewhere()
    visitor = Visitor("192.0.2.1", INTENT, lambda _: None, slept.append, there)
    visitor.knock(INTENT.sequence, lambda: now.__setitem__(0, now[0] + 0.25))
    visitor.knock(INTENT.sequence)
    visitor.knock(INTENT.sequence, lambda: now.__setitem__(0, now[0] + 9.0))
    pause_s = visitor.pause_ms / 1000
    assert slept == [
        *(pause_s, pause_s, pause_s, pause_s - 0.25),
        *(pause_s,) * 4,
        *(pause_s, pause_s, pause_s, 0.0),
    ]


def test_other_machine_is_tried_before_anything_is_sent_to_a_router() -> None:
    told: list[object] = []

    class Elsewhere:
        where = "jane@there"

        def ready(self, *at: object) -> None:
            told.append(at)

    there: Any = Elsewhere()
    Visitor("192.0.2.1", INTENT, told.append).get_ready()
    assert told == []
    Visitor("192.0.2.1", INTENT, told.append, elsewhere=there).get_ready()
    assert told == ["knocking from jane@there", ("192.0.2.1", 10022)]


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


def test_a_knock_that_could_not_be_sent_is_told_and_ends_nothing() -> None:
    """The router's counters say that none arrived: that is for the proof to judge."""
    told: list[str] = []

    class Elsewhere:
        def knock(self, *_: object, **__: object) -> None:
            raise UnreachableError("no route from there")

    there: Any = Elsewhere()
    Visitor("192.0.2.1", INTENT, told.append, elsewhere=there).knock(INTENT.sequence)
    assert told == ["no route from there"]
