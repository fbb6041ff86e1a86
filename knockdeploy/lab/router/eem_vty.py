"""The VTY on which a policy of the event manager runs commands (ios-facts §3, iosxe-facts §4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

from knockdeploy.ios.apply import prompt
from knockdeploy.ios.tree import Node, Path
from knockdeploy.ios.view import hostname
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import Clock
from knockdeploy.lab.router.counters import Counters
from knockdeploy.lab.router.interpreter import AbortedError
from knockdeploy.lab.router.vty import Line, VtyTable

_CONFIGURE: Final = re.compile(r"conf\w* t\w*$")
_AUTHORIZED: Final = "aaa authorization commands "
_SENDER: Final = "event manager session cli username "
_DENIED: Final = "Command authorization failed.\n"


class Machine(Protocol):
    """What a policy needs of the router it runs on."""

    clock: Clock
    behaviour: Behaviour
    lines: VtyTable
    counters: Counters
    exec_line: Callable[[bool, str], str]

    @property
    def running(self) -> Node:
        """The running configuration."""

    def log(self, message: str) -> None:
        """Log a message."""

    def say(self, message: str) -> None:
        """Log a message that wakes no policy."""

    def lock_refusal(self) -> str:
        """Return why nobody may enter configuration mode, "" where one may."""

    def configure(self, line: Line, mode: Path, text: str) -> tuple[Path | None, str]:
        """Run one line typed in configuration mode; return the new mode and the answer."""

    def left_configuration(self, line: Line, mode: Path = ()) -> None:
        """Do what IOS does when configuration mode is left."""


class PolicyVty:
    """The VTY of a policy that runs commands; it starts in user EXEC (ios-facts §3)."""

    def __init__(
        self, name: str, machine: Machine, *, bypasses_authorization: bool = False
    ) -> None:
        self._name = name
        self._machine = machine
        self._bypasses_authorization = bypasses_authorization
        self._line: Line | None = None
        self._privileged = False
        self._mode: Path | None = None

    def open(self) -> Line:
        """Take a line, if it has none.

        Raises:
            AbortedError: all are in use.
        """
        if self._line is None:
            self._line = self._machine.lines.open_line("", f"EEM:{self._name}")
        if self._line is None:
            raise AbortedError(
                "%HA_EM-3-FMPD_CLI_CONNECT: Unable to establish CLI session: no tty lines available"
            )
        return self._line

    def close(self) -> None:
        """Give the line back."""
        if self._line is not None:
            line, self._line = self._line, None
            if self._mode is not None:
                self._machine.left_configuration(line, self._mode)
            self._mode = None
            self._machine.lines.close_line(line)

    def command(self, text: str) -> str:
        """Run a command; return its answer.

        Raises:
            AbortedError: there is no line for it.
        """
        line = self.open()
        if not self._machine.behaviour.include_escapes:
            command, pipe, pattern = text.partition("|")
            text = command + pipe + pattern.replace("\\", "")
        return self._run(line, text.strip())

    def result(self, text: str) -> str:
        """Run a command; return its answer with what the image puts around it, as ``command``."""
        answer = self.command(text)
        form = self._machine.behaviour.cli_result
        if form == "bare":
            return answer
        before = f"{text}\r\n" if form == "echo" else ""
        return f"{before}{answer}\n{self._prompt()}" if answer else f"{before}{self._prompt()}"

    def _run(self, line: Line, text: str) -> str:
        if text in {"enable", "disable"}:  # EEM's enable needs no password (ios-facts §3)
            self._privileged = text == "enable"
            return ""
        if not self._is_authorized():
            return _DENIED
        if self._mode is not None:
            return self._configure(line, self._mode, text)
        if self._privileged and _CONFIGURE.match(text):
            refusal = self._machine.lock_refusal()
            self._mode = None if refusal else ()
            return refusal
        return self._machine.exec_line(self._privileged, text)

    def _configure(self, line: Line, mode: Path, text: str) -> str:
        if text.startswith("do "):
            return self._machine.exec_line(self._privileged, text.removeprefix("do ").strip())
        self._mode, answer = self._machine.configure(line, mode, text)
        if self._mode is None:
            self._machine.left_configuration(line, mode)
        return f"{answer}\n" if answer else ""

    def _is_authorized(self) -> bool:
        """Tell whether AAA lets the policy run commands: EEM sends no user of its own (§3)."""
        lines = [node.text for node in self._machine.running.children]
        bypasses = self._bypasses_authorization and self._machine.behaviour.bypass_authorizes
        return (
            bypasses
            or not self._machine.behaviour.asks_authorization
            or not any(each.startswith(_AUTHORIZED) for each in lines)
            or any(each.startswith(_SENDER) for each in lines)
        )

    def _prompt(self) -> str:
        name = hostname(self._machine.running)
        if self._mode is not None:
            return f"{name}({prompt(self._mode)})#"
        return f"{name}{'#' if self._privileged else '>'}"
