"""Running configuration to startup configuration."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from knockdeploy.device.session import RouterSession
from knockdeploy.errors import LockedError, RefusedLineError

_SAVE_WITHIN_S: Final = 120.0  # slow flash
_TRIES: Final = 6
_PAUSE_S: Final = 5.0  # another session's save takes some seconds
_COMMAND: Final = "write memory"
# Asked where another image has written the startup configuration; saving is what we want.
_REPLIES: Final = {r"\[confirm\]": "\n"}


def save(session: RouterSession, pause: Callable[[float], None] = time.sleep) -> None:
    """Save, and try again while another session holds the file (ios-facts §13).

    Raises:
        LockedError: another session held it all the time.
        RefusedLineError: the router did not say that it had saved.
    """
    for left in reversed(range(_TRIES)):
        answer = session.run(_COMMAND, _SAVE_WITHIN_S, _REPLIES)
        if "[OK]" in answer:
            return
        if "resource busy" not in answer and "file open failed" not in answer:
            raise RefusedLineError(_COMMAND, " / ".join(answer.split("\n")).strip())
        if left:
            pause(_PAUSE_S)
    msg = "startup-config is locked by another session: not saved"
    raise LockedError(msg, "save on the router when the other session is done")
