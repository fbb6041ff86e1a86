"""A tclsh that runs policies, one at a time, and asks whoever runs them what EEM would answer."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from importlib.resources import files
from threading import Lock
from typing import Final

Answering = Callable[[str, tuple[str, ...]], tuple[str, ...]]
"""Answers what a policy asks, a command of EEM with its arguments, by a word or a list."""
PROGRAM: Final = "tclsh"
_HOST: Final = files(__package__).joinpath("host.tcl")


class TclError(Exception):
    """A policy ended in an error, or a command of EEM refuses; the text says why."""


class MissingTclError(TclError):
    """This machine has no tclsh: no policy can run here."""


class Tclsh:
    """One tclsh process; it ends with its standard input."""

    def __init__(self) -> None:
        """Start it.

        Raises:
            MissingTclError: there is none on this machine.
        """
        program = shutil.which(PROGRAM)
        if program is None:
            msg = "no tclsh here, so no Tcl policy runs: apt-get install tcl"
            raise MissingTclError(msg)
        self._lock = Lock()
        self._process = subprocess.Popen(  # noqa: S603  # a program of the machine's, our file
            [program, str(_HOST)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii"
        )

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def run(self, script: str, variables: Mapping[str, str], answering: Answering) -> None:
        """Run a script with variables of the router's; ``answering`` is asked meanwhile.

        Raises:
            TclError: what the script ended in.
        """
        with self._lock:
            try:
                how, *why = self._ran(script, variables, answering)
            except BaseException:  # it still waits, and would take the next run for its answer
                self._process.kill()
                self.close()
                shared.cache_clear()
                raise
        if how == "failed":
            raise TclError(*why)

    def _ran(self, script: str, variables: Mapping[str, str], answering: Answering) -> list[str]:
        given = (word for pair in variables.items() for word in pair)
        self._say("run", script, *given)
        while (heard := self._heard())[0] not in {"over", "failed"}:
            try:
                answer = answering(heard[0], tuple(heard[1:]))
            except TclError as error:
                self._say("error", str(error))
            else:
                self._say("ok", *answer)
        return heard

    def _say(self, *words: str) -> None:
        assert self._process.stdin  # noqa: S101  # it is a pipe
        line = " ".join(f"x{word.encode().hex()}" for word in words)
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _heard(self) -> list[str]:
        assert self._process.stdout  # noqa: S101  # it is a pipe
        words = self._process.stdout.readline().split()
        return [bytes.fromhex(word[1:]).decode() for word in words]


@functools.cache
def shared() -> Tclsh:
    """Return the one that all routers of this process share; it ends with the process.

    Raises:
        MissingTclError: as ``Tclsh``.
    """
    tclsh = Tclsh()
    atexit.register(tclsh.close)
    return tclsh


os.register_at_fork(after_in_child=shared.cache_clear)  # whoever forked us talks to that one
