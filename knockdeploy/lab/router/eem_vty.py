"""The VTY on which a policy of the event manager runs commands (ios-facts §3, iosxe-facts §4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from knockdeploy.ios.applet import lacks_user
from knockdeploy.ios.grammar import mode_of
from knockdeploy.ios.tree import Path
from knockdeploy.ios.view import hostname
from knockdeploy.lab.router.interpreter import AbortedError
from knockdeploy.lab.router.vty import VtyLine

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_CONFIGURE: Final = re.compile(r"conf\w* t\w*$")
_DENIED: Final = "Command authorization failed.\n"


class PolicyVty:
    """The VTY of a policy that runs commands; it starts in user EXEC (ios-facts §3)."""

    def __init__(self, name: str, router: VirtualRouter, *, bypasses_authorization: bool) -> None:
        self._name = name
        self._router = router
        self._bypasses_authorization = bypasses_authorization
        self._line: VtyLine | None = None
        self._privileged = False
        self._mode: Path | None = None

    def open(self) -> VtyLine:
        """Take a line, if it has none.

        Raises:
            AbortedError: all are in use.
        """
        if self._line is None:
            self._line = self._router.lines.open_line("", f"EEM:{self._name}")
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
                self._router.left_configuration(line, self._mode)
            self._mode = None
            self._router.lines.close_line(line)

    def command(self, text: str) -> str:
        """Run a command; return its answer.

        Raises:
            AbortedError: there is no line for it.
        """
        line = self.open()
        if not self._router.behaviour.include_escapes:
            command, pipe, pattern = text.partition("|")
            text = command + pipe + pattern.replace("\\", "")
        return self._run(line, text.strip())

    def result(self, text: str) -> str:
        """Run a command; return its answer with what the image puts around it, as ``command``."""
        answer = self.command(text)
        form = self._router.behaviour.cli_result
        if form == "bare":
            return answer
        before = f"{text}\r\n" if form == "echo" else ""
        return f"{before}{answer}\n{self._prompt()}" if answer else f"{before}{self._prompt()}"

    def _run(self, line: VtyLine, text: str) -> str:
        if text in {"enable", "disable"}:  # EEM's enable needs no password (ios-facts §3)
            self._privileged = text == "enable"
            return ""
        if not self._is_authorized():
            return _DENIED
        if self._mode is not None:
            return self._configure(line, self._mode, text)
        if self._privileged and _CONFIGURE.match(text):
            refusal = self._router.faults.lock_refusal
            self._mode = None if refusal else ()
            return refusal
        return self._router.run_exec(text, is_privileged=self._privileged)

    def _configure(self, line: VtyLine, mode: Path, text: str) -> str:
        if text.startswith("do "):
            command = text.removeprefix("do ").strip()
            return self._router.run_exec(command, is_privileged=self._privileged)
        self._mode, answer = self._router.configure(mode, text)
        if self._mode is None:
            self._router.left_configuration(line, mode)
        return f"{answer}\n" if answer else ""

    def _is_authorized(self) -> bool:
        """Tell whether AAA lets the policy run commands: EEM sends no user of its own (§3)."""
        behaviour = self._router.behaviour
        bypasses = self._bypasses_authorization and behaviour.bypass_authorizes
        return bypasses or not behaviour.asks_authorization or not lacks_user(self._router.running)

    def _prompt(self) -> str:
        name = hostname(self._router.running)
        if self._mode is not None:
            return f"{name}({mode_of(self._mode)})#"
        return f"{name}{'#' if self._privileged else '>'}"
