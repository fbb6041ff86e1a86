"""Opening files that somebody else may have put there: never a pipe, which would hang."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_PRIVATE = 0o600


class NotPlainError(OSError):
    """It is a pipe, a device or a socket; or a link, where something is to be written."""


def refuse_special(file: Path) -> None:
    """See that a file may be put in the place of what has this name: a device has to stay.

    Raises:
        NotPlainError: it is a pipe, a device or a socket, or a link to one, such as /dev/stdout.
        OSError: nobody can tell.
    """
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise NotPlainError(0, "it is a pipe or a device", str(file))


def hint_for(error: OSError, otherwise: str) -> str:
    """Return what to do where a file could not be written; ``otherwise`` if there is room."""
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return "make room on the disk, or raise the quota" if is_full else otherwise


def open_plain(file: Path, flags: int = os.O_RDONLY) -> int:
    """Open a regular file; one that is made is for its owner alone.

    What is written is not a link to elsewhere; what is only read may be one.

    Raises:
        NotPlainError: it is not a regular file. Nothing was read from it.
        OSError: it cannot be opened.
    """
    if flags & (os.O_WRONLY | os.O_RDWR):
        flags |= os.O_NOFOLLOW
    try:
        handle = os.open(file, flags | os.O_NONBLOCK | os.O_CLOEXEC, _PRIVATE)
    except OSError as error:
        if error.errno == errno.ELOOP and file.exists():
            raise NotPlainError(0, "it is a link to another file", str(file)) from None
        if error.errno == errno.ENXIO:  # a pipe that nobody reads
            raise NotPlainError(0, "it is a pipe or a device", str(file)) from None
        raise
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    raise NotPlainError(0, "it is a pipe or a device", str(file))


def reading(file: Path) -> BinaryIO:
    """Return a regular file, opened to be read.

    Raises:
        OSError: as ``open_plain`` does.
    """
    return os.fdopen(open_plain(file), "rb")


@contextmanager
def replacing(file: Path, *, is_new: bool = False, is_durable: bool = False) -> Iterator[BinaryIO]:
    """Yield what is written to; when the block ends it takes the place of ``file``, whole.

    It is for its owner alone. ``is_new``: a file that is there stays. ``is_durable``: a loss of
    power after that does not lose what is in it.

    Raises:
        OSError: it cannot be written; the file is as it was.
    """
    refuse_special(file)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:32]}.")  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            if is_durable:
                stream.flush()
                os.fsync(handle)
        if is_new:
            with suppress(FileExistsError):  # another program was first: its file is the file
                file.hardlink_to(temporary)
        else:
            temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
