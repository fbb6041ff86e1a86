"""Taking a change back from a router out of reach: what is tried, and how long."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from knockdeploy.change.undo import PATIENCE_S, Undo
from knockdeploy.errors import RouterError, UnreachableError
from knockdeploy.state import State
from knockdeploy.stop_flag import StopFlag

CAUSE = RouterError("line refused")


class Session:
    """One that carried the change, and whose router lets nobody in again."""

    def __init__(self, *, is_lost: bool) -> None:
        self.is_lost = is_lost
        self.happened: list[str] = []

    def ask(self, *commands: str, within_s: float) -> tuple[str, ...]:
        assert within_s >= 60  # an old router with a long configuration
        self.happened += commands
        raise UnreachableError("nobody answers")

    def close(self) -> None:
        self.happened.append("closed")

    def another(self) -> Any:
        self.happened.append("another")
        raise UnreachableError("nobody answers")


class Stop(StopFlag):
    """Time passes at once on the router's own clock; Ctrl-C comes at the end of some wait."""

    def __init__(self, guard: SimpleNamespace, *, at_wait: int = 0) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._guard, self._at_wait = guard, at_wait

    def wait(self, within_s: float) -> bool:
        self.waits.append(within_s)
        self._guard.left_s -= within_s
        return len(self.waits) == self._at_wait


def undo(
    left_s: float, *, is_lost: bool = True, is_told: bool = True, at_wait: int = 0
) -> tuple[Session, Stop, list[str], State]:
    session, told = Session(is_lost=is_lost), list[str]()
    guard = SimpleNamespace(left_s=left_s, is_told=is_told, has_fired=False)
    stop = Stop(guard, at_wait=at_wait)
    change: Any = SimpleNamespace(
        contents={}, is_taken_back=bool, plan=SimpleNamespace(undo=lambda _accepted: ())
    )
    as_session: Any = session
    as_guard: Any = guard
    state, cause = Undo(as_session, change, as_guard, told.append, stop).take_back((), CAUSE)
    assert cause is CAUSE
    return session, stop, told, state


def test_nothing_is_typed_on_a_session_that_is_lost() -> None:
    """It would be waited for again, and its VTY line may be the one that a new session needs."""
    session, _, _, state = undo(-3600)
    assert session.happened == ["closed", "another"]
    assert state is State.UNKNOWN


def test_a_session_that_stands_is_tried_first() -> None:
    session, _, _, _ = undo(-3600, is_lost=False)
    assert session.happened == ["show running-config", "another"]


def test_the_routers_own_time_is_waited_for_and_a_minute_longer() -> None:
    session, stop, told, state = undo(65)
    assert sum(each or 0 for each in stop.waits) == 65 + 60
    assert max(each or 0 for each in stop.waits) <= 15
    assert session.happened.count("another") == 1 + len(stop.waits)
    assert told == ["waiting up to 3 min for the router to revert by itself; Ctrl-C ends that"]
    assert state is State.UNKNOWN


@pytest.mark.parametrize(
    ("left_s", "is_told", "state"),
    [(65, True, State.REVERTING), (65, False, State.UNKNOWN), (20, True, State.UNKNOWN)],
)
def test_ctrl_c_ends_the_wait(left_s: float, state: State, *, is_told: bool) -> None:
    """After two looks half a minute has passed: is there a timer that still runs?"""
    session, stop, _, found = undo(left_s, is_told=is_told, at_wait=3)
    assert len(stop.waits) == 3
    assert session.happened.count("another") == 3
    assert found is state


def test_a_wait_has_an_end_whatever_the_timer_says() -> None:
    _, _, told, _ = undo(10 * PATIENCE_S, at_wait=1)
    assert "waiting up to 125 min" in told[0]
