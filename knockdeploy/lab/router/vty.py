"""The router's VTY lines: one for each SSH session and each EEM policy that runs commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knockdeploy.ios.tree import Node
from knockdeploy.ios.vty_lines import USUAL_COUNT, vty_lines


@dataclass(frozen=True, slots=True)
class VtyLine:
    """A VTY line in use; ``number`` counts from 0, as in vty0.

    ``source`` is the address it comes from ("" for EEM), ``local`` the router's address it came
    to by ``interface``.
    """

    number: int
    user: str
    source: str
    local: str
    interface: str
    since_s: float

    @property
    def name(self) -> str:
        """``vty0`` and so on."""
        return f"vty{self.number}"


def count(config: Node) -> int:
    """Return how many VTY lines the configuration gives the router."""
    return max((each.last + 1 for each in vty_lines(config)), default=USUAL_COUNT)


class VtyTable:
    """Which lines are in use. The lowest free one is taken first."""

    def __init__(self, config: Callable[[], Node], now: Callable[[], float]) -> None:
        self._config = config
        self._now = now
        self._open: dict[int, VtyLine] = {}

    def __iter__(self) -> Iterator[VtyLine]:
        return iter(sorted(self._open.values(), key=lambda line: line.number))

    def open_line(
        self, user: str, source: str = "", local: str = "", interface: str = ""
    ) -> VtyLine | None:
        """Take a line, or return None where all are in use."""
        for number in range(count(self._config())):
            if number not in self._open:
                line = VtyLine(number, user, source, local, interface, self._now())
                self._open[number] = line
                return line
        return None

    def close_line(self, line: VtyLine) -> None:
        """Give a line back; one that is no longer open is left alone."""
        if self._open.get(line.number) is line:
            del self._open[line.number]

    def clear(self) -> None:
        """Give all lines back, as a reload does."""
        self._open.clear()
