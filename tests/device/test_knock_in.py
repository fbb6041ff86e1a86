"""A way in that a knock opens (`access: knock`): connect, else knock and wait."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from knockdeploy.device import knock_in
from knockdeploy.device.connection import Knockdeploy
from knockdeploy.device.knock_in import Entrance
from knockdeploy.errors import UnreachableError
from knockdeploy.knock.probe import Seen
from knockdeploy.sequence import Knock, KnockSequence, TimedKnock

SHUT, OPEN = Seen(is_open=False, how="timeout"), Seen(is_open=True, how="ssh banner")
UNKNOWN = Seen(is_open=False, how="answered")
INTENDED = TimedKnock(KnockSequence((Knock(1001), Knock(1002))), 10)
BEFORE = TimedKnock(KnockSequence((Knock(2001), Knock(2002))), 60)


class Way:
    """A router at which ``answers`` come, one after the other; ``log`` has what was done there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Seen) -> None:
        self.answers = iter(answers)
        self.log: list[str] = []
        self.waited_s: list[float] = []
        monkeypatch.setattr(knock_in, "probe", lambda *_, **__: next(self.answers))
        monkeypatch.setattr(knock_in, "send_knock", self._knock)
        monkeypatch.setattr(knock_in, "probe_until_open", self._wait)

    def _knock(self, address: str, sequence: KnockSequence, *, pause_ms: int) -> None:
        self.log.append(f"{address} {[knock.port for knock in sequence]}")

    def _wait(self, *_: object, within_s: float, **__: object) -> Seen:
        self.waited_s.append(within_s)
        return next(self.answers)

    def come_in(self) -> None:
        Entrance("203.0.113.10", (INTENDED, BEFORE), self.log.append).come_in("10.1.1.1", 22)


@pytest.mark.parametrize("answer", [OPEN, UNKNOWN])
def test_router_that_answers_is_not_knocked_at(
    answer: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches the way learns a knock from each: it is made where nothing else helps."""
    way = Way(monkeypatch, answer)
    way.come_in()
    assert way.log == []


@pytest.mark.parametrize("answer", [OPEN, UNKNOWN])
def test_knock_of_the_intent_comes_first(answer: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(monkeypatch, SHUT, answer)
    way.come_in()
    assert way.log[0] == "nothing answers: knocking, the intent's sequence"
    assert way.log[1:] == ["203.0.113.10 [1001, 1002]"]


def test_sequence_deployed_before_comes_once_the_window_of_the_first_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """EEM remembers the last event of each tag (ios-facts §13): two must not be heard as one."""
    way = Way(monkeypatch, SHUT, SHUT, OPEN)
    way.come_in()
    assert way.log[2:] == [
        "nothing answers: knocking, the sequence deployed before",
        "203.0.113.10 [2001, 2002]",
    ]
    assert way.waited_s[0] > INTENDED.window_s


def test_router_that_no_knock_opens_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(monkeypatch, SHUT, SHUT, SHUT)
    with pytest.raises(UnreachableError, match="not even after the knock at 203"):
        way.come_in()


def test_a_router_without_a_port_in_the_inventory_is_looked_at_where_ssh_is() -> None:
    entrance = Mock()
    entrance.come_in.side_effect = UnreachableError("nobody answers")
    with pytest.raises(UnreachableError):
        Knockdeploy().open("192.0.2.1", "ops", "", None, "cisco_ios", {"entrance": entrance})
    entrance.come_in.assert_called_once_with("192.0.2.1", 22)
