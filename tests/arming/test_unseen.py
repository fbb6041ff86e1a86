"""What is said of a router that nobody can look at."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from knockdeploy.change.undo import Undo
from knockdeploy.device.arming import arming
from knockdeploy.device.guard import Guard
from knockdeploy.errors import DeviceTimeoutError, UnreachableError
from knockdeploy.ios.parse import parse
from knockdeploy.state import State
from knockdeploy.stop_flag import StopFlag

WITH_ARCHIVE = "hostname R1\narchive\n path flash:a\n"
ON_A_SERVER = "hostname R1\narchive\n path tftp://192.0.2.1/r1\n"


class Gone:
    """A session that ends in the middle of an answer, and after which nobody gets in."""

    is_lost = True

    def run(self, *_: object, **__: object) -> str:
        raise UnreachableError("the session ended")

    enter = configure = ask = another = run

    def close(self) -> None:
        """Do nothing."""


def told(guard: Guard, gone: Gone | None = None) -> tuple[State, list[str]]:
    session, cause = cast("Any", gone or Gone()), UnreachableError("the session ended")
    stop = StopFlag()
    stop.set()  # nobody waits for its own time
    undo = Undo(session, cast("Any", SimpleNamespace()), guard, lambda _: None, stop)
    return undo.take_back((), cause)[0], undo.notes


def armed(running: str, now: Callable[[], float] = lambda: 0.0) -> Guard:
    guard = Guard(arming(parse(running), 5), now)
    guard._undo = cast("Any", SimpleNamespace(arm=lambda *_: None, confirm=Gone().run))  # noqa: SLF001
    guard.arm(cast("Any", Gone()))
    return guard


def test_router_that_waits_for_a_confirmation_goes_back() -> None:
    assert told(armed(WITH_ARCHIVE)) == (State.REVERTING, [])


def test_router_that_nobody_saw_after_its_own_time_has_gone_back_most_likely() -> None:
    """The way to it may be gone for good, its jump host say; its timer runs all the same."""
    times = [0.0]
    guard = armed(WITH_ARCHIVE, lambda: times[-1])
    times.append(301.0)
    state, notes = told(guard)
    assert state is State.UNKNOWN
    assert notes == ["its own timer took it back, most likely: nobody got in again to look"]


def test_confirmation_whose_answer_was_lost_may_have_been_taken() -> None:
    times = [0.0]
    guard = armed(WITH_ARCHIVE, lambda: times[-1])
    with pytest.raises(UnreachableError):
        guard.confirm(cast("Any", Gone()))
    times.append(301.0)
    assert told(guard) == (State.UNKNOWN, [])  # it may stand


def test_session_that_is_lost_frees_its_line_before_a_new_one_wants_it() -> None:
    """A router of five VTY lines may have no other (ios-facts §13)."""

    done: list[str] = []

    class OneLine(Gone):
        def close(self) -> None:
            done.append("closed")

        def another(self, *_: object, **__: object) -> str:
            done.append("asked for a line")
            return self.run()

    told(armed(WITH_ARCHIVE), OneLine())
    assert done == ["closed", "asked for a line"]


def test_countdown_that_may_have_begun_is_told() -> None:
    guard = Guard(arming(parse(ON_A_SERVER), 5), lambda: 0.0)
    with pytest.raises((UnreachableError, DeviceTimeoutError)) as caught:
        guard.arm(cast("Any", Gone()))
    assert "may still be armed, for 5 minutes" in str(caught.value)
