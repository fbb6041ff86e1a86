"""--notify: the operator's command, run with one JSON document on its stdin each time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_STDERR: Final = 2  # stdout is for our own data
_WITHIN_S: Final = 60
_HANGS: Final = f"--notify: the command did not end within {_WITHIN_S} s"


def notify(command: str, document: Mapping[str, object], *, quiet: bool = False) -> str:
    """Run a shell's command with a redacted document on its stdin; return why that failed.

    What it prints goes to stderr, or nowhere where it would spoil the screen (``quiet``).
    """
    try:
        process = subprocess.Popen(  # noqa: S603  # the operator's own words
            ("/bin/sh", "-c", command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if quiet else _STDERR,
            stderr=subprocess.DEVNULL if quiet else None,
            start_new_session=True,  # Ctrl-C is for the run
        )
    except OSError as error:
        return f"--notify: the command cannot be run: {error.strerror}"
    with process:
        try:
            # One line: easy to append to a file.
            process.communicate(json.dumps(document).encode(), timeout=_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # what it started, too
            return _HANGS
    status = process.returncode
    return f"--notify: the command ended with {status}" if status else ""


class Notifier:
    """Tells ``command`` one document after the other, while the run goes on.

    ``complain`` is told of a call that failed; the run is not held up by it. A command that hangs
    is told how the run ends, and nothing else: it would take as long each time.
    """

    def __init__(self, command: str, complain: Callable[[str], None]) -> None:
        self._command = command
        self._complain = complain
        self._hangs = False
        self._caller = ThreadPoolExecutor(1, thread_name_prefix="notify")

    def tell(self, document: Mapping[str, object], *, is_last: bool = False) -> None:
        """Have the command run with a document; return at once."""
        if self._command:
            self._caller.submit(self._call, self._command, document, is_last)

    def close(self) -> None:
        """Return once the command has got them all."""
        self._caller.shutdown()

    def _call(self, command: str, document: Mapping[str, object], is_last: bool) -> None:  # noqa: FBT001  # as it was handed over
        if self._hangs and not is_last:
            return
        if reason := notify(command, document, quiet=True):
            self._hangs = reason == _HANGS
            self._complain(reason)
