"""Files that are for their owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from knockdeploy.errors import InputError, Mistake
from knockdeploy.octets import bytes_of, text_of
from knockdeploy.plain_files import hint_for, reading, replacing

_SECRET_FOLDER = 0o700


def prepare(folder: Path) -> None:
    """Make a folder, and see that one can write there.

    Raises:
        InputError: nobody can.
    """
    keep(folder, ".tried", "").unlink()


def refuse_other(path: Path, is_kind: Callable[[str], bool], hint: str) -> None:
    """Refuse to take the place of a file that is not of the kind to be written; it stays.

    Raises:
        InputError: there is such a file.
    """
    try:
        with reading(path) as stream:
            there = text_of(stream.read())
    except OSError:  # none, or one that cannot be written either
        return
    if there and not is_kind(there):
        raise InputError(Mistake("already exists, and is something else", hint, str(path)))


def keep(folder: Path, name: str, text: str, *, replaces: bool = True) -> Path:
    """Write a file for its owner alone; return where it is.

    One that is there, with another text, is only replaced where ``replaces``.

    Raises:
        InputError: it cannot be written, or would have to be replaced.
    """
    path = folder / name.replace("/", "_")  # a host's name leads nowhere else
    if not replaces:
        refuse_other(path, text.__eq__, "--force replaces it")
    try:
        folder.mkdir(mode=_SECRET_FOLDER, parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(bytes_of(text))
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
