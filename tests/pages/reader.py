"""Somebody who does what a page says: in a folder, in a shell, with the lab in a second one."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from pages.page import HOME, Step, is_shown

LAB_UP: Final = "knockdeploy lab up"
# Programs that a page calls and a person answers: ssh asks for the lab's password and waits.
_STAND_INS: Final = {
    "ssh": """export SSH_ASKPASS="${{0%/*}}/told" SSH_ASKPASS_REQUIRE=force
[ -p /dev/stdin ] || set -- "$@" "show clock"
exec {real} "$@\"""",
    "told": "echo lab-only-published",
    "mail": "exec cat",
}


class Reader:
    """Runs commands as processes, ``programs`` first on the PATH."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = self.home = folder / "home"
        self.home.mkdir()
        tools = folder / "tools"
        tools.mkdir()
        for name, text in _STAND_INS.items():
            (tools / name).write_text(f"#!/bin/sh\n{text.format(real=shutil.which(name))}\n")
            (tools / name).chmod(0o755)
        path = f"{tools}:{programs}:{os.environ['PATH']}"
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("KNOCK", "PYTHON"))}
        self.environment = {**keep, "PATH": path, "HOME": str(self.home)}
        self._labs: list[subprocess.Popen[str]] = []

    def follow(self, step: Step) -> str:
        """Do a step; return what was printed.

        Raises:
            AssertionError: if it did something else than the page says.
        """
        if step.path:
            self.write(step.path, step.text)
            return ""
        command = step.command.replace(HOME, str(self.home))
        word, _, rest = command.partition(" ")
        match word:
            case "cd" if "&&" not in rest:
                self.folder = self.folder / rest
                return ""
            case "export":
                name, _, value = rest.partition("=")
                self.environment[name] = value
                return ""
        status, printed = self.run(command)
        assert status == step.status, f"{step.command}: {status}\n{printed}"
        shown = "\n".join(step.shown)
        assert is_shown(step.shown, printed, self.home), f"{step.command}\n{printed}\nnot\n{shown}"
        return printed.replace(str(self.home), HOME)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, command: str) -> tuple[int, str]:
        if command.startswith(LAB_UP):
            return 0, self.lab_up(command)
        done = subprocess.run(  # noqa: S602  # a shell is what the page's reader has
            command,
            shell=True,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=180,
        )
        return done.returncode, done.stdout

    def lab_up(self, command: str) -> str:
        """Start a lab that stays until ``close``; return its first line."""
        lab = subprocess.Popen(  # noqa: S603  # the page's own words
            shlex.split(command, comments=True),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._labs.append(lab)
        assert lab.stdout is not None
        return lab.stdout.readline()

    def close(self) -> None:
        """End the labs."""
        for lab in self._labs:
            with suppress(ProcessLookupError):
                lab.send_signal(signal.SIGTERM)
            lab.communicate(timeout=300)
