"""File locks, which end with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from knockdeploy.plain_files import open_plain


class HeldError(Exception):
    """Somebody else holds the lock; ``by`` is what they wrote into it."""

    def __init__(self, by: str) -> None:
        self.by = by


@contextmanager
def held(file: Path, by: str) -> Iterator[None]:
    """Hold the lock until the block ends; its folder must be there.

    Raises:
        HeldError: at once, if another process or thread holds it.
        OSError: the file cannot be used.
    """
    handle = open_plain(file, os.O_RDWR | os.O_CREAT)
    try:
        try:
            _take(handle)
        except BlockingIOError:
            raise HeldError(os.pread(handle, 200, 0).decode(errors="replace").strip()) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{by}\n".encode(), 0)
        yield
    finally:
        os.close(handle)  # the lock goes with it; the file stays, or two could hold two of a name


@contextmanager
def awaited(file: Path) -> Iterator[None]:
    """Hold a lock that nobody holds for long, until the block ends; its folder must be there.

    Raises:
        OSError: the file cannot be used.
    """
    handle = open_plain(file, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    """Take a lock; whoever only looks at it (``is_held``) shares it for a moment."""
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # fails where somebody holds it
            fcntl.flock(handle, fcntl.LOCK_UN)
        else:
            return


def is_held(file: Path) -> bool:
    """Tell whether somebody holds the lock."""
    with suppress(OSError):
        handle = open_plain(file)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
    return False
