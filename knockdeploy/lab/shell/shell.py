"""The command interpreter: reads a line, runs it in the mode that is really current, again."""

from __future__ import annotations

import asyncio
import inspect

from knockdeploy.ios.refusals import INVALID
from knockdeploy.ios.vty_lines import vty_lines
from knockdeploy.lab.commands import (
    AmbiguousWordError,
    IncompleteCommandError,
    InvalidWordError,
    UnknownWordError,
)
from knockdeploy.lab.faults import Fate
from knockdeploy.lab.pipes import filtered
from knockdeploy.lab.shell import exec_mode
from knockdeploy.lab.shell.session import Session
from knockdeploy.lab.shell.spelling import spelled_out
from knockdeploy.lab.shell.tcl_mode import TclMode
from knockdeploy.lab.shell.tty import CTRL_C, CTRL_Z, HungUpError, Typed

_HALT_S = 0.3
_DENIED = "Command authorization failed.\n\n"


class Shell:
    """Runs a session until it ends."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._terminal = session.terminal
        self._box = session.router.box

    async def run(self, command: str | None = None) -> None:
        """Serve the terminal until exit, or until the other side is gone.

        Or run one command, as ``ssh router command`` does.
        """
        try:
            await (self._serve() if command is None else self._exec(command, 0))
        except HungUpError:
            pass  # nobody is there to be told
        finally:
            self._terminal.flush()
            self._session.close()

    async def _serve(self) -> None:
        for part in self._box.current.greeting:
            self._terminal.write(part)
            await self._terminal.pause(_HALT_S)
        while not self._session.is_over:
            await self._one_line()

    async def _one_line(self) -> None:
        session = self._session
        prompt = session.prompt
        try:
            async with asyncio.timeout(self._idle_s()):
                typed = await self._terminal.read(prompt, Help(session))
        except TimeoutError:  # exec-timeout ends a VTY session without a word
            session.is_over = True
            return
        line = typed.text.strip()
        self._box.typed.append(line)
        faults = self._box.current
        await self._terminal.pause(faults.latency_s + (faults.authorization_s if line else 0.0))
        column = len(prompt) + len(typed.text) - len(typed.text.lstrip())
        if session.is_inside_text:
            await self._apply(typed.text, 0)
        elif session.tcl is not None:
            await self._tcl(session.tcl, typed)
        elif line and session.mode is None:
            await self._exec(line, column)
        elif line:
            await self._configure(line, column)
        if typed.end in (CTRL_C, CTRL_Z):
            session.leave_configuration()

    async def _tcl(self, tcl: TclMode, typed: Typed) -> None:
        """Run a line of ``tclsh``: what Tcl does not know is the router's."""
        await self._struck(self._box.exec_fate(typed.text.strip()))
        if not tcl.prompt and typed.text.strip() in {"tclquit", "exit"}:
            self._session.tcl = None
            self._terminal.write(tcl.left())
        elif (answer := tcl.typed(typed.text, typed.end)) is not None:
            self._terminal.write(answer)
        elif typed.text.strip():
            await self._exec(typed.text.strip(), 0)

    def _idle_s(self) -> float | None:
        """Return for how long nobody may type on this line; None is for ever."""
        number = self._session.line.number
        lines = vty_lines(self._session.router.running)
        return next((each.idle_s for each in lines if each.first <= number <= each.last), 0) or None

    async def _exec(self, line: str, column: int) -> None:
        fate = self._box.exec_fate(line)
        if fate is Fate.DENY:
            self._terminal.write(_DENIED)
            return
        await self._struck(fate)
        command, _, pipe = line.partition("|")
        try:
            text = await self._answer(command)
        except UnknownWordError as unknown:
            await self._not_understood(command, column, unknown)
        except InvalidWordError as invalid:
            self._complain(INVALID, column + command.rfind(invalid.word))
        except AmbiguousWordError:
            self._terminal.write(f'% Ambiguous command:  "{line}"\n')
        except IncompleteCommandError:
            self._terminal.write("% Incomplete command.\n\n")
        else:
            underscore = self._session.router.behaviour.filter_underscore
            await self._print(filtered(text, pipe, underscore=underscore))

    async def _print(self, text: str) -> None:
        faults = self._box.current
        if faults.halts_after and faults.halts_after in text:
            before, text = text.split(faults.halts_after, 1)
            await self._terminal.page(before + faults.halts_after)
            await self._terminal.pause(_HALT_S)
        await self._terminal.page(text)

    async def _flood(self) -> None:
        """Print without an end."""
        faults = self._box.current
        while self._box.current.floods and not self._terminal.is_lost:
            self._terminal.write(faults.flood)
            self._terminal.flush()
            await asyncio.sleep(0)  # lets the others have their turn

    async def _answer(self, command: str) -> str:
        if self._box.floods(command.strip()):
            await self._flood()
        if (given := self._box.current.answers.get(command.strip())) is not None:
            return given
        action, words = exec_mode.table(self._session).find(command)
        answer = action(self._session, *words)
        return (await answer if inspect.isawaitable(answer) else answer) or ""

    async def _not_understood(self, line: str, column: int, unknown: UnknownWordError) -> None:
        if unknown.first and len(line.split()) == 1:
            # An unknown word is taken for a host to telnet to, and looked up (ios-facts §10).
            self._terminal.write(f'Translating "{line.strip()}"')
            if not self._session.router.running.child("no ip domain lookup"):
                self._terminal.write("...domain server (255.255.255.255)")
            self._terminal.write(
                "\n% Unknown command or computer name, or unable to find computer address\n"
            )
            return
        self._complain(INVALID, column + unknown.column)

    async def _struck(self, fate: Fate) -> None:
        """Let a line end the session, where it is its fate."""
        session = self._session
        if fate in {Fate.DROP, Fate.CUT}:
            session.machine.drop(session.line)
        elif fate is Fate.RELOAD:
            session.router.reload()
            session.machine.settle()
        if fate in {Fate.DROP, Fate.RELOAD, Fate.HANG}:
            await self._terminal.lost()

    async def _configure(self, line: str, column: int) -> None:
        session = self._session
        fate = self._box.config_fate(line)
        if fate is Fate.DENY:
            self._terminal.write(_DENIED)
            return
        if fate is Fate.REFUSE:
            self._complain(self._box.current.refusal, column)
            return
        await self._struck(fate)
        line = spelled_out(session.mode or (), line)
        word, _, rest = line.partition(" ")
        if word == "do":
            await self._exec(rest.strip(), column + len(line) - len(rest.strip()))
        elif session.mode is not None:
            await self._apply(line, column)

    async def _apply(self, line: str, column: int) -> None:
        session = self._session
        mode = session.mode or ()
        new_mode, answer = session.router.configure(mode, line)
        if new_mode is None:
            session.leave_configuration()
        else:
            session.mode = new_mode
        now_s = session.machine.clock.now()
        session.machine.changes.changed = (now_s, session.line.user)
        if answer:
            self._complain(answer, column)
        session.machine.settle()

    def _complain(self, answer: str, column: int) -> None:
        if answer == INVALID:
            answer = f"{' ' * column}^\n{answer}\n"
        self._terminal.write(answer.rstrip("\n") + "\n" + ("\n" if "^" in answer else ""))


class Help:
    """Answers ``?`` and completes words, in EXEC mode; configuration mode knows no help here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def help(self, line: str) -> str:
        """Return the text for ``?`` behind ``line``."""
        listed = "".join(f"  {word}\n" for word in self._choices(line))
        return listed or "% Unrecognized command\n"

    def complete(self, line: str) -> str:
        """Return ``line`` with its last word spelled out, if only one word fits."""
        choices = self._choices(line) if line.strip() and not line.endswith(" ") else []
        last = line.rsplit(maxsplit=1)[-1:]
        return line + choices[0][len(last[0]) :] + " " if len(choices) == 1 else line

    def _choices(self, line: str) -> list[str]:
        session = self._session
        is_exec = session.mode is None and session.tcl is None
        return exec_mode.table(session).choices(line) if is_exec else []
