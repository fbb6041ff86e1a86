"""A wish to stop that comes at any instant, also from a signal's handler."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import Any

import pytest

from knockdeploy import stop_flag
from knockdeploy.stop_flag import StopFlag


@contextmanager
def interrupted_at(line: int) -> Iterator[list[int]]:
    """Have Ctrl-C arrive before such a line of the module; yield the lines that were reached."""
    numbers, reached = count(1), list[int]()

    def trace(frame: FrameType, event: str, _: object) -> Any:  # itself
        if frame.f_code.co_filename != stop_flag.__file__:
            return None
        if event == "line":
            reached.append(next(numbers))
            if reached[-1] == line:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield reached
    finally:
        sys.settrace(before)


def hung(*_: object) -> None:
    pytest.fail("it hangs")


def test_signal_at_any_line_of_a_wait_ends_it() -> None:
    alarm = signal.signal(signal.SIGALRM, hung)
    try:
        for line in count(1):
            flag = StopFlag()
            before = signal.signal(signal.SIGINT, lambda *_, flag=flag: flag.set())
            signal.alarm(60)
            try:
                with interrupted_at(line) as reached:
                    ended = flag.wait(0)
            finally:
                signal.alarm(0)
                signal.signal(signal.SIGINT, before)
            if line not in reached:
                assert line > 1
                return
            assert ended, line
    finally:
        signal.signal(signal.SIGALRM, alarm)


def test_everybody_who_waits_is_told() -> None:
    flag, told = StopFlag(), []
    waiting = [threading.Thread(target=lambda: told.append(flag.wait(60))) for _ in range(3)]
    for each in waiting:
        each.start()
    flag.set()
    for each in waiting:
        each.join()
    assert told == [True] * 3
    assert flag.wait(60)
    assert flag.is_set()


def test_nobody_is_told_before() -> None:
    flag = StopFlag()
    assert not flag.wait(0.01)
    assert not flag.wait(-0.01)  # whose time is over before it is asked
    assert not flag.is_set()
