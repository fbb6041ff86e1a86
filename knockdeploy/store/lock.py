"""One at a time: a lock that ends with the process that has it, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from knockdeploy.errors import InputError, Mistake
from knockdeploy.plain_files import open_plain
from knockdeploy.store.state import StateDir


@contextmanager
def only_one(state: StateDir, what: str) -> Iterator[None]:
    """Be the only ``what`` of this state folder.

    Raises:
        InputError: another is under way, or the folder cannot be used.
    """
    state.prepare()
    file = state.path / f"{what}.lock"
    try:
        handle = open_plain(file, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        hint = "remove it: another is made"
        raise InputError(Mistake(f"cannot be used: {error.strerror}", hint, str(file))) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another {what} of this project is under way"
            raise InputError(Mistake(message, "nothing was asked of any router")) from None
        yield
    finally:
        os.close(handle)
