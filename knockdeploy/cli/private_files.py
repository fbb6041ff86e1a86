"""Files that are for their owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from knockdeploy.errors import InputError, Mistake
from knockdeploy.octets import bytes_of
from knockdeploy.plain_files import hint_for, refuse_special

_SECRET_FOLDER = 0o700


def prepare(folder: Path) -> None:
    """Make a folder, and see that one can write there.

    Raises:
        InputError: nobody can.
    """
    keep(folder, ".tried", "").unlink()


def keep(folder: Path, name: str, text: str) -> Path:
    """Write a file for its owner alone, in place of one that is there; return where it is.

    Raises:
        InputError: it cannot be written.
    """
    path = folder / name.replace("/", "_")  # a host's name leads nowhere else
    try:
        refuse_special(path)
        folder.mkdir(mode=_SECRET_FOLDER, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(bytes_of(text))
            Path(temporary).replace(path)  # the one that was there is lost only when this is whole
        except OSError:
            Path(temporary).unlink()
            raise
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError(
            Mistake(message, hint_for(error, "choose another folder"), str(path))
        ) from None
    return path


def write_new(path: Path, text: str, mode: int) -> None:
    """Write a file that is not there yet.

    Raises:
        OSError: it is, or it cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(bytes_of(text))
