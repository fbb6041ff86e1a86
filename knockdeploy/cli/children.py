"""Run the operator's own commands, and wait for them."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence

_SIGNALLED = 128


def run(command: Sequence[str], environment: Mapping[str, str], stdout: int | None = None) -> int:
    """Run a command to its end; return its status as a shell has it: 128 and the signal's number.

    Ctrl-C is for the command, which hears it too: it may have routers in flight.

    Raises:
        OSError: it cannot be run.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which it would inherit
    try:
        status = subprocess.run(command, env=environment, stdout=stdout, check=False).returncode  # noqa: S603
    finally:
        signal.signal(signal.SIGINT, before)
    return status if status >= 0 else _SIGNALLED - status
