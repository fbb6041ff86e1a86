"""How a run is stopped: Ctrl-C once or twice, SIGTERM, a terminal that goes away."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from knockdeploy.report.fold import few
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.progress import Progress
from knockdeploy.stop_flag import StopFlag

FINISHING: Final = "finishing the routers in flight; Ctrl-C again leaves them to revert"
_STDERR: Final = 2
_ONCE: Final = (signal.SIGTERM, signal.SIGHUP)


class StoppedError(KeyboardInterrupt):
    """Somebody stopped the run; ``outcomes`` is what became of each host.

    ``is_left``: some turns are still running, and the process must end without waiting for them.
    """

    def __init__(self, outcomes: Mapping[str, Outcome], *, is_left: bool = False) -> None:
        super().__init__()
        self.outcomes = outcomes
        self.is_left = is_left


@contextmanager
def finishing(stop: StopFlag, progress: Progress, tell: Callable[[str], None]) -> Iterator[None]:
    """Finish the routers in flight once somebody stops the run; ``tell`` reports that.

    Raises:
        StoppedError: by a second Ctrl-C; its outcomes are those of the routers that are done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def once(*_: object) -> None:
        if not stop.is_set():
            stop.set()
            tell(FINISHING)

    def once_or_twice(*_: object) -> None:
        if not stop.is_set():
            once()
            return
        tell(f"left as they are: {few(sorted(progress.in_flight))}")
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a third one waits for nothing
        raise StoppedError(dict(progress.outcomes), is_left=True)

    handlers = {signal.SIGINT: once_or_twice, **dict.fromkeys(_ONCE, once)}
    before = {
        number: signal.signal(number, handler)
        for number, handler in handlers.items()
        if signal.getsignal(number) is not signal.SIG_IGN  # nohup
    }
    try:
        yield
    except StoppedError:
        before.pop(signal.SIGINT, None)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def warn(text: str) -> None:
    """Print a message from a signal's handler: the console may be in the middle of another."""
    with suppress(OSError):
        os.write(_STDERR, f"{text}\n".encode(errors="backslashreplace"))
