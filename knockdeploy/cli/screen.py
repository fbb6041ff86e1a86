"""The live screen of a run: how far it is, who is in flight with what, what failed last."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from knockdeploy.cli.interrupt import FINISHING
from knockdeploy.report.outcome import Failure
from knockdeploy.rollout.course import Course, Reason
from knockdeploy.rollout.progress import Progress
from knockdeploy.rollout.window import clock

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.console import ConsoleOptions, RenderResult

_REFRESH_HZ: Final = 4
_FAILURES: Final = 3
_FAILED: Final = frozenset({"failed", "rolled-back"})
_BELOW: Final = 2  # the title: bar, counts
_LEAST: Final = 40  # columns
_NAME: Final = 24  # columns of a name, and more where there are more


@dataclass(frozen=True, slots=True)
class View:
    """What there is to see; ``now_s`` is on the clock of the progress."""

    title: str
    course: Course
    progress: Progress
    n_routers: int
    now_s: float

    def lines(self, width: int, height: int) -> list[str]:
        """Return the screen as text, no wider and no higher than that."""
        width = max(width, _LEAST)
        flights = list(self.progress.in_flight.items())
        longest = max(_NAME, width // 3)
        failures = [*self._retries(), *self._failures(longest)]
        head = [self._title(), *([FINISHING] if self.course.reason is Reason.ASKED else [])]
        room = max(1, height - len(head) - _BELOW - len(failures) - 2)
        shown = flights if len(flights) <= room else flights[: room - 1]
        rows = [*head, self._bar(width), self._counts(len(flights))]
        column = min(longest, max(_NAME, *(len(name) for name, _ in shown), 0))
        for name, flight in shown:
            lasts_s = self.now_s - flight.began_s
            rows.append(f"  {_fitted(name, column):<{column}} {lasts_s:5.0f} s  {flight.step}")
        if n_more := len(flights) - len(shown):
            rows.append(f"  and {n_more} more")
        return [row[: width - 1] for row in (*rows, *failures)]

    def _title(self) -> str:
        stage = self.course.stage
        name = f", {stage.name}" if stage else ""
        n_stages = len(self.course.stages)
        where = f"stage {min(self.course.stage_number + 1, n_stages)} of {n_stages}"
        left = self._left_s()
        time_left = f"; about {_lasting(left)} left" if left is not None else ""
        stops = f"; stopping: {self.course.reason}" if self.course.reason else ""
        soaks = self.course.soaks_until_s
        waits = f"; looked at again at {clock(soaks)}" if soaks is not None else ""
        return f"{self.title}: {where}{name}{stops or waits or time_left}"

    def _left_s(self) -> float | None:
        """Return how long the rest takes at the present rate."""
        n_done = len(self.progress.outcomes)
        if not 0 < n_done < self.n_routers:
            return None
        each_s = (self.now_s - self.progress.began_s) / n_done
        return each_s * (self.n_routers - n_done)

    def _bar(self, width: int) -> str:
        n_done = len(self.progress.outcomes)
        count = f" {n_done}/{self.n_routers}"
        room = width - len(count) - 3
        full = room * n_done // max(1, self.n_routers)
        return f"[{'#' * full}{'.' * (room - full)}]{count}"

    def _counts(self, n_flying: int) -> str:
        counts = Counter(outcome.status for outcome in list(self.progress.outcomes.values()))
        n_waiting = self.n_routers - len(self.progress.outcomes) - n_flying
        words = [f"{number} {status}" for status, number in counts.most_common()]
        return ", ".join([*words, f"{n_flying} in flight", f"{max(0, n_waiting)} waiting"])

    def _retries(self) -> list[str]:
        number, first_s = self.course.retries
        if first_s is None:
            return []
        return [f"  {number} to be tried again, next at {clock(first_s)}"]

    def _failures(self, room: int) -> list[str]:
        failed = [
            (name, outcome)
            for name, outcome in list(self.progress.outcomes.items())
            if outcome.status in _FAILED
        ]
        return [
            f"  {_fitted(name, room)}  {each.status} {_why(each.error)}"
            for name, each in failed[-_FAILURES:]
        ]


def _fitted(name: str, room: int) -> str:
    """Return a long name without its middle: the names of a fleet begin alike."""
    if len(name) <= room:
        return name
    n_first = room // 3
    return f"{name[:n_first]}...{name[n_first + 3 - room :]}"


def _why(error: Failure | None) -> str:
    return f"[{error.kind}] {error.message}" if error else ""


def _lasting(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "a minute"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004


class _Screen:
    """A view as Rich draws it, at the current size of the terminal, without secrets."""

    def __init__(self, view: Callable[[], View], shown: Callable[[str], str]) -> None:
        self._view, self._shown = view, shown

    def __rich_console__(self, console: RichConsole, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text  # noqa: PLC0415  # not for every command

        size = console.size
        lines = self._view().lines(size.width, size.height)
        yield Text(self._shown("\n".join(lines)), no_wrap=True, overflow="crop")


class _Stderr:
    """Stderr, which may go away: whoever draws on it does not fail for that."""

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError):
            return sys.__stderr__.write(text) if sys.__stderr__ else 0
        return 0

    def flush(self) -> None:
        """Flush what can be flushed."""
        with suppress(OSError):
            if sys.__stderr__:
                sys.__stderr__.flush()

    def isatty(self) -> bool:
        """Tell that it is a terminal: else nobody would draw."""
        return True

    def fileno(self) -> int:
        """Return that of stderr, whose size is asked for."""
        return 2


@contextmanager
def live(view: Callable[[], View], shown: Callable[[str], str], printing: Lock) -> Iterator[None]:
    """Draw until the block ends; what is printed meanwhile, under the lock, stands above it."""
    from rich.console import Console as RichConsole  # noqa: PLC0415  # not for every command
    from rich.live import Live  # noqa: PLC0415

    console = RichConsole(file=_Stderr(), highlight=False, markup=False)  # type: ignore[arg-type]  # what Rich uses of a file
    screen = _Screen(view, shown)
    over = Event()

    def draw() -> None:
        # Rich's own thread draws while others print: what either has drawn is left standing then.
        while not over.wait(1 / _REFRESH_HZ):
            with printing:
                drawn.refresh()

    with Live(screen, console=console, auto_refresh=False, transient=True) as drawn:
        drawing = Thread(target=draw, name="screen", daemon=True)
        drawing.start()
        try:
            yield
        finally:
            over.set()
            drawing.join()
