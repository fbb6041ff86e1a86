"""Tell a command of the operator's: one JSON document on its stdin each time."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_STDERR: Final = 2  # stdout is for our own data
_WITHIN_S: Final = 60


def notify(command: str, document: Mapping[str, object], *, quiet: bool = False) -> str:
    """Run a shell's command with a redacted document on its stdin; return why that failed.

    What it prints goes to stderr, or nowhere where it would spoil the screen (``quiet``).
    """
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own words
            ("/bin/sh", "-c", command),
            input=json.dumps(document).encode(),  # one line: easy to append to a file
            stdout=subprocess.DEVNULL if quiet else _STDERR,
            stderr=subprocess.DEVNULL if quiet else None,
            check=False,
            timeout=_WITHIN_S,
            start_new_session=True,  # Ctrl-C is for the run
        )
    except OSError as error:
        return f"--notify: the command cannot be run: {error.strerror}"
    except subprocess.TimeoutExpired:
        return f"--notify: the command did not end within {_WITHIN_S} s"
    return f"--notify: the command ended with {done.returncode}" if done.returncode else ""


class Notifier:
    """Tells ``command`` one document after the other, while the run goes on.

    ``complain`` is told of a call that failed; the run is not held up by it.
    """

    def __init__(self, command: str | None, complain: Callable[[str], None]) -> None:
        self._command = command
        self._complain = complain
        self._caller = ThreadPoolExecutor(1, thread_name_prefix="notify")

    def tell(self, document: Mapping[str, object]) -> None:
        """Hand over a document; return at once."""
        if self._command:
            self._caller.submit(self._call, self._command, document)

    def close(self) -> None:
        """Return when all was handed over."""
        self._caller.shutdown()

    def _call(self, command: str, document: Mapping[str, object]) -> None:
        if reason := notify(command, document, quiet=True):
            self._complain(reason)
