"""Tell a command of the operator's how a run goes: one JSON document on its stdin each time."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_WITHIN_S: Final = 30


class Notifier:
    """Runs ``command`` in a shell, one call after the other, while the run goes on.

    ``complain`` is told of a call that failed; the run is not held up by it.
    """

    def __init__(self, command: str | None, complain: Callable[[str], None]) -> None:
        self._command = command
        self._complain = complain
        self._caller = ThreadPoolExecutor(1, thread_name_prefix="notify")

    def tell(self, document: Mapping[str, object]) -> None:
        """Hand over a document; return at once."""
        if self._command:
            self._caller.submit(self._call, self._command, json.dumps(document))

    def close(self) -> None:
        """Return when all was handed over."""
        self._caller.shutdown()

    def _call(self, command: str, text: str) -> None:
        try:
            done = subprocess.run(  # noqa: S603  # the operator's own words
                ["/bin/sh", "-c", command],
                input=text,
                text=True,
                timeout=_WITHIN_S,
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the run
            )
            if done.returncode:
                self._complain(f"--notify: the command ended with {done.returncode}")
        except subprocess.TimeoutExpired:
            self._complain(f"--notify: the command took more than {_WITHIN_S} s")
        except OSError as error:
            self._complain(f"--notify: {error.strerror}")
