"""Files that only their owner can read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from knockdeploy.errors import InputError, Mistake
from knockdeploy.octets import bytes_of, text_of
from knockdeploy.plain_files import hint_for, reading, replacing

_SECRET_FOLDER = 0o700
_BEGINNING: Final = 100_000
"""Bytes: a report of a fleet may be long, and begins with what it is."""


def prepare(folder: Path) -> None:
    """Make a folder, and see that it can be written to.

    Raises:
        InputError: it cannot.
    """
    keep(folder, ".tried", "").unlink()


def refuse_other(
    path: Path, is_kind: Callable[[str], bool], hint: str, *, most: int = _BEGINNING
) -> None:
    """Refuse to overwrite a file of another kind.

    ``is_kind`` gets so many bytes at ``most``, all if that is -1.

    Raises:
        InputError: there is such a file.
    """
    try:
        with reading(path) as stream:
            there = text_of(stream.read(most))
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
    if not replaces:
        refuse_other(_path(folder, name), text.__eq__, "--force replaces it", most=-1)
    return keep_pieces(folder, name, (text,))


def keep_pieces(folder: Path, name: str, pieces: Iterable[str]) -> Path:
    """Write a file as ``keep`` does, of a text that is not held as a whole.

    Raises:
        InputError: it cannot be written.
    """
    path = _path(folder, name)
    try:
        folder.mkdir(mode=_SECRET_FOLDER, parents=True, exist_ok=True)
        with replacing(path) as file:
            file.writelines(map(bytes_of, pieces))
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError(
            Mistake(message, hint_for(error, "choose another folder"), str(path))
        ) from None
    return path


def _path(folder: Path, name: str) -> Path:
    return folder / name.replace("/", "_")  # a host's name leads nowhere else


def write_new(path: Path, text: str, mode: int) -> None:
    """Write a file that is not there yet, whole or not at all.

    Raises:
        OSError: it is, or it cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(bytes_of(text))
    except BaseException:
        path.unlink()
        raise
