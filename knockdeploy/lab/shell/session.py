"""One login to a virtual router: who it is, which mode it is in, and the terminal it types on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knockdeploy.ios.delimited import is_unfinished
from knockdeploy.ios.grammar import mode_of
from knockdeploy.ios.tree import Path
from knockdeploy.ios.view import hostname
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.lab.router.vty import VtyLine
from knockdeploy.lab.shell.tcl_mode import TclMode
from knockdeploy.lab.shell.tty import Tty

if TYPE_CHECKING:
    from knockdeploy.lab.machine import Machine

MAX_NAME_IN_CONFIG = 20  # ios-facts §13: longer hostnames are cut in configuration prompts


@dataclass(slots=True)
class Changes:
    """Who changed and saved the configuration last: ``(seconds since the epoch, user)``."""

    changed: tuple[float, str] | None = None
    saved: tuple[float, str] | None = None


@dataclass(slots=True, eq=False)
class Session:
    """State of one login.

    ``mode`` is None in EXEC mode, else the headers one is inside of; ``tcl`` is the ``tclsh``.
    """

    machine: Machine
    terminal: Tty
    line: VtyLine
    privilege: int
    enable_secret: str | None = None
    enable_asks: tuple[str, ...] = ("Password: ",)
    mode: Path | None = None
    tcl: TclMode | None = None
    is_over: bool = False
    _is_closed: bool = False
    _stop_log: Callable[[], None] | None = field(default=None)

    @property
    def router(self) -> VirtualRouter:
        """The router this is a session of."""
        return self.machine.router

    @property
    def is_privileged(self) -> bool:
        """Whether the prompt ends in #."""
        return self.privilege >= 15  # noqa: PLR2004  # IOS's highest level

    @property
    def prompt_ends(self) -> str:
        """What the prompt ends in: # from level 2 on, which is not yet the highest."""
        return "#" if self.privilege > 1 else ">"

    @property
    def is_inside_text(self) -> bool:
        """Whether what is typed is a line of a banner, or the like, whose delimiter is to come."""
        return bool(self.mode) and is_unfinished(self.mode[-1])  # type: ignore[index]  # not empty

    @property
    def prompt(self) -> str:
        """The prompt of the mode that is really current."""
        name = hostname(self.router.running)
        if self.tcl is not None:
            return f"{self.tcl.prompt or name}(tcl)#"
        if self.mode is None:
            # `prompt TEXT`: %h is the hostname, %p the sign
            wanted = next(self.router.running.behind("prompt "), "%h%p")
            return wanted.replace("%h", name).replace("%p", self.prompt_ends)
        if self.is_inside_text:
            return ""  # the lines of a text are asked for without one
        return f"{name[:MAX_NAME_IN_CONFIG]}({mode_of(self.mode)})#"

    def monitor(self, *, on: bool) -> None:
        """Print log lines from now on, or no longer."""
        if on and self._stop_log is None:
            self._stop_log = self.router.log_buffer.subscribe(self._print_log)
        elif not on and self._stop_log is not None:
            self._stop_log()
            self._stop_log = None

    def leave_configuration(self) -> None:
        """Go back to EXEC mode, with what IOS does then."""
        if self.mode is not None:
            mode, self.mode = self.mode, None
            self.router.left_configuration(self.line, mode)

    def print_over(self, text: str) -> None:
        """Print what nobody asked for, over whatever stands there: no newline comes before it."""
        self.terminal.write(text)
        self.terminal.flush()

    def close(self) -> None:
        """Give everything back that the session holds; a second time does nothing."""
        if not self._is_closed:
            self.is_over = self._is_closed = True
            self.monitor(on=False)
            self.leave_configuration()
            self.router.lines.close_line(self.line)

    def _print_log(self, text: str) -> None:
        # On a line of its own, and without the prompt again: `logging synchronous` is not the
        # default, so a reader must find its prompt although this came between.
        self.print_over(f"\n{text.strip()}\n")
